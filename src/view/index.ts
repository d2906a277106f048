/** Pure projections of the event log: all the page knows of the world. */
export { type Cause, why } from './causes.ts';
export { type Connection, connectionsOf, connOf } from './connections.ts';
export { type Counters, counters, type HostCounters } from './counters.ts';
export { describe } from './describe.ts';
export { DESCRIPTION_KEYS, type Description, type DescriptionKey, type RowKind } from './description.ts';
export {
  allowedNow,
  type DiagramCommand,
  type DiagramEdge,
  type DiagramProtocol,
  type SessionDiagram,
  sessionDiagram,
} from './diagram.ts';
export { effectsOf } from './effects.ts';
export { type Flight, type FlightKind, flightsAt, progressOf } from './flights.ts';
export { type Journey, journey, type Station } from './journey.ts';
export {
  type Fetched,
  type Hop,
  hopsTo,
  type Letter,
  type LetterKey,
  letterKey,
  type Place,
  type Recipient,
  type RecipientStatus,
  type Route,
} from './letter.ts';
export { type FieldNote, type LetterField, type LetterText, letterFields } from './letter-fields.ts';
export { letterAt, letterByKey, letters } from './letters.ts';
export { causesOf, eventById, eventsUntil, indexOf } from './log.ts';
export { type LogFilter, type LogRow, logbook, matches } from './logbook.ts';
export { type Fold, gather, type Index, project, remembered, rowsWithin } from './project.ts';
export { type Related, related, relatedToHop } from './related.ts';
export { type ClosedWhy, type Exchange, type Session, sessionOf, sessions } from './sessions.ts';
export { type Run, type TerminalLine, transcript, transcriptLines } from './terminal.ts';
export { type Tick, timeline } from './timeline.ts';
export { factOf, noteLabel, noteOf, type Ports, type Protocol, replyText, shown } from './wire.ts';
