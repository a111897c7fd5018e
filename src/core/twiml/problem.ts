/** Something wrong with a document, or with the way to it, in the provider's terms. */
export interface TwimlProblem {
  /** Twilio's error code; `twimlErrors` has those in use. */
  readonly code: number;
  /** One sentence for the author of the application. */
  readonly text: string;
  /** Line of the document, from 1. */
  readonly line?: number;
  /** The document cannot go on: the call is ended as the provider would. Else it is a warning. */
  readonly fatal: boolean;
}
