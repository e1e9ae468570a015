import { type CaseFeedback, cleanText } from "@pawl/plugin";

const LABEL = { maxCharacters: 200 };
const DETAIL = { maxCharacters: 4_000 };

/** What a scorer says of a case may quote what a candidate answered. */
export function cleanFeedback(feedback: CaseFeedback): CaseFeedback {
  const { cause, detail } = feedback;
  return {
    ...feedback,
    cause: cleanText(cause, LABEL),
    ...(detail === undefined ? {} : { detail: cleanText(detail, DETAIL) }),
  };
}
