/** The post horn. */
export function Logo({ size = 30 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <path fill="currentColor" d="M2.5 6.2 13.6 9.9v3.6L2.5 17.4c-.9.3-1.6-.2-1.6-1V7.2c0-.8.7-1.3 1.6-1Z" />
      <circle cx="18.4" cy="17.6" r="8.1" fill="none" stroke="currentColor" strokeWidth="3" />
      <circle cx="18.4" cy="17.6" r="4.2" fill="var(--horn)" stroke="currentColor" strokeWidth="1.6" />
      <path d="M12 11.7h15.4" fill="none" stroke="currentColor" strokeWidth="3" />
      <path fill="currentColor" d="M26.6 9.2h2.6c1 0 1.9.9 1.9 1.9v1.2c0 1-.9 1.9-1.9 1.9h-2.6z" />
    </svg>
  );
}
