/** Says when the text is not in the reader's language, or older than the English one. */
import { Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CourseLesson } from '../../lesson/load.ts';
import { useStore } from '../store/store.ts';
import { useDesk } from './desk.ts';
import { useTexts } from './texts-context.ts';

export function LanguageBadge({ lesson }: { readonly lesson: CourseLesson }) {
  const { t } = useTranslation('lesson');
  const language = useStore((state) => state.language);
  const inEnglish = useDesk((state) => state.inEnglish);
  const texts = useTexts();
  if (language === 'en') return null;
  const translated = lesson.texts[language] !== undefined;
  const stale = lesson.stale.includes(language);
  const partly = (lesson.texts[language]?.missing.length ?? 0) > 0;
  if (translated && !stale && !partly) return null;
  const key = !translated ? 'missing' : stale ? 'stale' : 'partly';
  return (
    <p className="language-badge" lang={language}>
      <Languages size={15} aria-hidden="true" />
      <span>{t(inEnglish && texts.language === 'en' ? 'translation.english' : `translation.${key}`)}</span>
      {translated && (
        <button
          type="button"
          className="quiet-button"
          aria-pressed={inEnglish}
          onClick={() => useDesk.setState({ inEnglish: !inEnglish })}
        >
          {inEnglish ? t('translation.own') : t('translation.readEnglish')}
        </button>
      )}
    </p>
  );
}
