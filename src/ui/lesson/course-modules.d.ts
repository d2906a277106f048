/** Made by the `posthorn-course` plugin (src/node/course-plugin.ts) from `lessons/`. */
declare module 'virtual:posthorn-course' {
  export const course: import('./course.ts').CourseBook;
  export const lessonLoaders: Readonly<
    Record<string, () => Promise<{ readonly default: import('../../lesson/load.ts').CourseLesson }>>
  >;
}
