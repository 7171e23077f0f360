import type { ZodObject, ZodType } from 'zod';

/** What a route takes and gives. */
export interface Operation {
  query?: ZodObject;
  body?: ZodType;
  /** The status of success and what it carries: a schema, or the media type of something else. */
  answers: [status: number, content: ZodType | string | null][];
}

/** PUT changes what there is, or makes it. */
export function changedOrMade(answer: ZodType): Operation['answers'] {
  return [
    [200, answer],
    [201, answer],
  ];
}
