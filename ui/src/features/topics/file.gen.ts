/** Generated from crates/tern-domain/topic.schema.json by `npm run gen:topic`: do not edit. */

/**
 * What a topic is (V-24).
 */
export type TopicKind = ("topic" | "block" | "setup" | "smallTalk")
/**
 * One step of a topic.
 */
export type Node = ({
/**
 * Its id.
 */
id: string
/**
 * What people call it.
 */
name?: string
/**
 * The step after it. Without one the topic (or block) is complete.
 */
next?: (string | null)
[k: string]: unknown
} & Node1)
export type Node1 = ((AskText & {
kind: "askText"
[k: string]: unknown
}) | (AskChoice & {
kind: "askChoice"
[k: string]: unknown
}) | (AskRecords & {
kind: "askRecords"
[k: string]: unknown
}) | (AskYesNo & {
kind: "askYesNo"
[k: string]: unknown
}) | (AskPicture & {
kind: "askPicture"
[k: string]: unknown
}) | (SayText & {
kind: "sayText"
[k: string]: unknown
}) | (SayImage & {
kind: "sayImage"
[k: string]: unknown
}) | (SayLink & {
kind: "sayLink"
[k: string]: unknown
}) | (ShowCard & {
kind: "showCard"
[k: string]: unknown
}) | (Decide & {
kind: "decide"
[k: string]: unknown
}) | (SetVariables & {
kind: "set"
[k: string]: unknown
}) | (LookUp & {
kind: "lookUp"
[k: string]: unknown
}) | (SaveRecord & {
kind: "saveRecord"
[k: string]: unknown
}) | (Request & {
kind: "request"
[k: string]: unknown
}) | (Verify & {
kind: "verify"
[k: string]: unknown
}) | (Block & {
kind: "block"
[k: string]: unknown
}) | (Pause & {
kind: "pause"
[k: string]: unknown
}) | (Transfer & {
kind: "transfer"
[k: string]: unknown
}) | (Jump & {
kind: "jump"
[k: string]: unknown
}) | (Bare & {
kind: "end"
[k: string]: unknown
}) | (Bare & {
kind: "carousel"
[k: string]: unknown
}) | (Bare & {
kind: "groupedChoice"
[k: string]: unknown
}) | (Bare & {
kind: "multiFile"
[k: string]: unknown
}) | (Bare & {
kind: "dateTime"
[k: string]: unknown
}) | (Bare & {
kind: "headerCard"
[k: string]: unknown
}) | (Bare & {
kind: "geolocation"
[k: string]: unknown
}) | (Bare & {
kind: "html"
[k: string]: unknown
}) | (Bare & {
kind: "multiResponse"
[k: string]: unknown
}) | (Bare & {
kind: "scriptResponse"
[k: string]: unknown
}) | (Bare & {
kind: "table"
[k: string]: unknown
}) | (Bare & {
kind: "video"
[k: string]: unknown
}))
/**
 * One text, or alternates of which one is chosen each time (V-7).
 */
export type Texts = (string | string[])
/**
 * What a text answer has to be (V-1).
 */
export type TextFormat = ("text" | "email" | "ip" | "phone" | "url" | "custom")
/**
 * How a request is made.
 */
export type HttpMethod = ("GET" | "POST" | "PUT" | "PATCH")

/**
 * A topic as it is written (V-24).
 */
export interface TopicFile {
/**
 * [`TOPIC_FORMAT`].
 */
format: number
/**
 * Internal name, unique: lower case, digits and `_`.
 */
name: string
/**
 * Name for people, unique.
 */
displayName: string
kind?: TopicKind
/**
 * What it is for, for whoever edits it.
 */
description?: string
/**
 * Whether it is offered at all (V-25).
 */
active?: boolean
/**
 * Whether a text can find it (V-25). Without, only other topics and agents start it.
 */
discoverable?: boolean
/**
 * Words and phrases that find it (V-26).
 */
keywords?: string[]
/**
 * Who it is offered to: any of these roles. `public` is what guests get (V-25).
 */
roles?: string[]
/**
 * Where it is offered: `sms`.
 */
channels?: string[]
/**
 * When it is offered: an expression over the facts of the conversation. None is always.
 */
condition?: (string | null)
/**
 * Variables that an agent sees after a transfer (H-6).
 */
agentContext?: string[]
/**
 * Agents may run it inside their conversation (H-9).
 */
autopilot?: boolean
/**
 * It goes on after the requester switched away from it and the other topic is complete (V-27).
 */
resumeAfterSwitch?: boolean
/**
 * Where lists show it.
 */
categories?: string[]
/**
 * Variables that a block is called with.
 */
inputs?: string[]
/**
 * Variables that a block gives back.
 */
outputs?: string[]
/**
 * Where it starts.
 */
start: string
/**
 * Its steps.
 */
nodes: Node[]
/**
 * Where the designer shows them.
 */
canvas?: {
[k: string]: CanvasPlace
}
[k: string]: unknown
}
/**
 * V-1: asks for text.
 */
export interface AskText {
/**
 * Where the answer is kept: lower case, `_` for spaces.
 */
variable: string
prompt: Texts
/**
 * Said when the answer does not fit, before the question comes again.
 */
retry?: (string | null)
/**
 * The value if the question is skipped, or if `defaultConfirmation` is answered with yes.
 */
default?: (string | null)
/**
 * Asks whether the default is right, yes or no. No makes the value nothing, and the question is asked.
 */
defaultConfirmation?: (string | null)
/**
 * Said once the answer is taken.
 */
completion?: (Texts | null)
/**
 * The node is passed over unless this holds.
 */
showIf?: (string | null)
/**
 * While this holds, `SKIP` passes over the question, and the question says so (V-18).
 */
skipIf?: (string | null)
/**
 * On a revisit: if this holds and there is a value already, it stays and nothing is asked.
 */
keepIf?: (string | null)
/**
 * V-27: a text that is no answer but exactly names another topic switches to it.
 */
topicSwitching?: boolean
/**
 * V-20: the answer is never kept in the session, a transcript or a log.
 */
secure?: boolean
format?: TextFormat
/**
 * The pattern of [`TextFormat::Custom`], a regular expression for the whole answer.
 */
pattern?: (string | null)
[k: string]: unknown
}
/**
 * V-2: asks to pick exactly one; with `from`, one of what an expression brings at run time (V-3).
 */
export interface AskChoice {
/**
 * Where the answer is kept: lower case, `_` for spaces.
 */
variable: string
prompt: Texts
/**
 * Said when the answer does not fit, before the question comes again.
 */
retry?: (string | null)
/**
 * The value if the question is skipped, or if `defaultConfirmation` is answered with yes.
 */
default?: (string | null)
/**
 * Asks whether the default is right, yes or no. No makes the value nothing, and the question is asked.
 */
defaultConfirmation?: (string | null)
/**
 * Said once the answer is taken.
 */
completion?: (Texts | null)
/**
 * The node is passed over unless this holds.
 */
showIf?: (string | null)
/**
 * While this holds, `SKIP` passes over the question, and the question says so (V-18).
 */
skipIf?: (string | null)
/**
 * On a revisit: if this holds and there is a value already, it stays and nothing is asked.
 */
keepIf?: (string | null)
/**
 * V-27: a text that is no answer but exactly names another topic switches to it.
 */
topicSwitching?: boolean
/**
 * V-20: the answer is never kept in the session, a transcript or a log.
 */
secure?: boolean
/**
 * What there is to pick, in order; behind what `from` brings.
 */
choices?: Choice[]
/**
 * V-3: a list to pick from, such as what another system answered: texts, numbers, or rows. The variable
 * becomes what was picked.
 */
from?: (string | null)
/**
 * The field that the requester reads, where `from` brings rows.
 */
label?: (string | null)
/**
 * Said when `from` brings nothing and there are no choices.
 */
empty?: (string | null)
[k: string]: unknown
}
/**
 * One choice.
 */
export interface Choice {
/**
 * What the requester reads.
 */
label: string
/**
 * What the variable becomes.
 */
value: string
/**
 * Where this choice goes, if not to the node's own `next`.
 */
next?: (string | null)
[k: string]: unknown
}
/**
 * V-3: asks to pick rows, such as the requester's own cases.
 */
export interface AskRecords {
/**
 * Where the answer is kept: lower case, `_` for spaces.
 */
variable: string
prompt: Texts
/**
 * Said when the answer does not fit, before the question comes again.
 */
retry?: (string | null)
/**
 * The value if the question is skipped, or if `defaultConfirmation` is answered with yes.
 */
default?: (string | null)
/**
 * Asks whether the default is right, yes or no. No makes the value nothing, and the question is asked.
 */
defaultConfirmation?: (string | null)
/**
 * Said once the answer is taken.
 */
completion?: (Texts | null)
/**
 * The node is passed over unless this holds.
 */
showIf?: (string | null)
/**
 * While this holds, `SKIP` passes over the question, and the question says so (V-18).
 */
skipIf?: (string | null)
/**
 * On a revisit: if this holds and there is a value already, it stays and nothing is asked.
 */
keepIf?: (string | null)
/**
 * V-27: a text that is no answer but exactly names another topic switches to it.
 */
topicSwitching?: boolean
/**
 * V-20: the answer is never kept in the session, a transcript or a log.
 */
secure?: boolean
/**
 * Where the rows come from.
 */
table: string
/**
 * Which of them: all of these have to hold.
 */
matching?: Match[]
/**
 * The column with the number of whoever a row belongs to: only the requester's own rows can be picked then,
 * and none before they proved who they are.
 */
own?: (string | null)
/**
 * The column that the requester reads.
 */
label: string
/**
 * Several can be picked, as `1,3`.
 */
multiple?: boolean
/**
 * Said when there is no row.
 */
noRecords: string
/**
 * Where it goes then, if not to the node's own `next`.
 */
noRecordsNext?: (string | null)
[k: string]: unknown
}
/**
 * A column that has to equal a value.
 */
export interface Match {
/**
 * The column.
 */
column: string
/**
 * The expression of what it has to equal.
 */
equals: string
[k: string]: unknown
}
/**
 * V-4: asks yes or no. The variable becomes the text `true` or `false`.
 */
export interface AskYesNo {
/**
 * Where the answer is kept: lower case, `_` for spaces.
 */
variable: string
prompt: Texts
/**
 * Said when the answer does not fit, before the question comes again.
 */
retry?: (string | null)
/**
 * The value if the question is skipped, or if `defaultConfirmation` is answered with yes.
 */
default?: (string | null)
/**
 * Asks whether the default is right, yes or no. No makes the value nothing, and the question is asked.
 */
defaultConfirmation?: (string | null)
/**
 * Said once the answer is taken.
 */
completion?: (Texts | null)
/**
 * The node is passed over unless this holds.
 */
showIf?: (string | null)
/**
 * While this holds, `SKIP` passes over the question, and the question says so (V-18).
 */
skipIf?: (string | null)
/**
 * On a revisit: if this holds and there is a value already, it stays and nothing is asked.
 */
keepIf?: (string | null)
/**
 * V-27: a text that is no answer but exactly names another topic switches to it.
 */
topicSwitching?: boolean
/**
 * V-20: the answer is never kept in the session, a transcript or a log.
 */
secure?: boolean
[k: string]: unknown
}
/**
 * V-5: asks for one picture, sent along or as a link to one. The variable becomes a row with `address` and
 * `content_type`.
 */
export interface AskPicture {
/**
 * Where the answer is kept: lower case, `_` for spaces.
 */
variable: string
prompt: Texts
/**
 * Said when the answer does not fit, before the question comes again.
 */
retry?: (string | null)
/**
 * The value if the question is skipped, or if `defaultConfirmation` is answered with yes.
 */
default?: (string | null)
/**
 * Asks whether the default is right, yes or no. No makes the value nothing, and the question is asked.
 */
defaultConfirmation?: (string | null)
/**
 * Said once the answer is taken.
 */
completion?: (Texts | null)
/**
 * The node is passed over unless this holds.
 */
showIf?: (string | null)
/**
 * While this holds, `SKIP` passes over the question, and the question says so (V-18).
 */
skipIf?: (string | null)
/**
 * On a revisit: if this holds and there is a value already, it stays and nothing is asked.
 */
keepIf?: (string | null)
/**
 * V-27: a text that is no answer but exactly names another topic switches to it.
 */
topicSwitching?: boolean
/**
 * V-20: the answer is never kept in the session, a transcript or a log.
 */
secure?: boolean
[k: string]: unknown
}
/**
 * V-7: says a text.
 */
export interface SayText {
text: Texts
[k: string]: unknown
}
/**
 * V-8: sends a picture.
 */
export interface SayImage {
/**
 * Its public address, `https`.
 */
picture: string
/**
 * A text with it.
 */
text?: (string | null)
/**
 * What it shows, kept in the transcript.
 */
altText: string
[k: string]: unknown
}
/**
 * V-9: sends up to three links.
 */
export interface SayLink {
/**
 * What stands before the links.
 */
header: string
/**
 * One to three. A single one without a description becomes `header: URL`.
 */
links: LinkTarget[]
[k: string]: unknown
}
/**
 * One link.
 */
export interface LinkTarget {
/**
 * What it leads to.
 */
description?: (string | null)
/**
 * Its address.
 */
url: string
[k: string]: unknown
}
/**
 * V-10: shows a row's fields, one line each; empty ones are left out.
 */
export interface ShowCard {
/**
 * The variable that holds the row.
 */
row: string
/**
 * The first line.
 */
title: string
/**
 * The lines after it.
 */
fields?: CardField[]
/**
 * The record's address, the last line.
 */
url?: (string | null)
/**
 * Address of a picture sent with it.
 */
picture?: (string | null)
[k: string]: unknown
}
/**
 * One line of a card.
 */
export interface CardField {
/**
 * What stands before the colon.
 */
label: string
/**
 * Which column stands after it.
 */
column: string
[k: string]: unknown
}
/**
 * V-22: the first branch whose condition holds; none is an error of the topic.
 */
export interface Decide {
/**
 * In order. A last one with `true` is the way for everything else.
 */
branches: Branch[]
[k: string]: unknown
}
/**
 * One way of a decision.
 */
export interface Branch {
/**
 * What the canvas shows on it.
 */
name?: string
/**
 * When it is taken.
 */
when: string
/**
 * Where it goes; nowhere means that the topic is complete.
 */
next?: (string | null)
[k: string]: unknown
}
/**
 * Sets variables, in order.
 */
export interface SetVariables {
/**
 * What to set.
 */
variables: Named[]
[k: string]: unknown
}
/**
 * A name and the expression of its value.
 */
export interface Named {
/**
 * Where it goes: a variable, a column, an input of a block or a field of a body.
 */
name: string
/**
 * What it is.
 */
value: string
[k: string]: unknown
}
/**
 * Brings one row into a variable.
 */
export interface LookUp {
/**
 * Where to look.
 */
table: string
/**
 * All of these have to hold.
 */
matching: Match[]
/**
 * Where the row goes.
 */
variable: string
/**
 * Where the topic goes if there is no such row. Without it that is an error of the topic.
 */
notFound?: (string | null)
[k: string]: unknown
}
/**
 * Adds a row, or changes the one in a variable.
 */
export interface SaveRecord {
/**
 * Where.
 */
table: string
/**
 * The variable with the looked-up row to change; without it a row is added.
 */
row?: (string | null)
/**
 * What to write. A variable that holds a picture writes the picture's address.
 */
values: Named[]
/**
 * Where the row goes as it was stored.
 */
variable?: (string | null)
/**
 * Where the topic goes if it could not be stored. Without it that is an error of the topic.
 */
failed?: (string | null)
[k: string]: unknown
}
/**
 * Asks another system over HTTP. Only hosts that an admin allowed are called.
 */
export interface Request {
method?: HttpMethod
/**
 * Where, `https`. Values in placeholders are percent-encoded; the host may hold none.
 */
url: string
/**
 * Name of the secret in the keychain that goes along as a bearer token.
 */
secret?: (string | null)
/**
 * Fields of the JSON body; none means no body.
 */
body?: Named[]
/**
 * What to keep of the answer.
 */
response?: ResponseField[]
/**
 * Where the topic goes if there was no good answer. Without it that is an error of the topic.
 */
failed?: (string | null)
[k: string]: unknown
}
/**
 * One value of an answer.
 */
export interface ResponseField {
/**
 * Where it goes.
 */
variable: string
/**
 * A JSON pointer into the answer, such as `/order/status`.
 */
path: string
[k: string]: unknown
}
/**
 * L-3: asks for PIN and code, unless who it is was proved in this conversation already. Then it goes on with
 * the node's own `next`; whoever cannot prove it hears the same words, whatever the reason.
 */
export interface Verify {
/**
 * Asks for the PIN; without it the usual words do.
 */
pinPrompt?: (string | null)
/**
 * Asks for the code of the authenticator app; not said where the code is texted.
 */
codePrompt?: (string | null)
/**
 * Asks for the code that was texted (L-2, second factor `sms`).
 */
textedCodePrompt?: (string | null)
/**
 * Said when it was not proved.
 */
failedText?: (string | null)
/**
 * Where the topic goes then, with a guest. Without it the topic ends.
 */
failed?: (string | null)
/**
 * Said after too many wrong tries (L-11).
 */
lockedText?: (string | null)
/**
 * Where the topic goes then, with a guest. Without it the topic ends.
 */
locked?: (string | null)
[k: string]: unknown
}
/**
 * Runs a topic block.
 */
export interface Block {
/**
 * The block's name.
 */
topic: string
/**
 * Values for its inputs.
 */
inputs?: Named[]
/**
 * Where its outputs go.
 */
outputs?: BlockOutput[]
[k: string]: unknown
}
/**
 * One output of a block and the variable of the caller that gets it.
 */
export interface BlockOutput {
/**
 * The block's variable.
 */
output: string
/**
 * The caller's variable.
 */
variable: string
[k: string]: unknown
}
/**
 * Waits. Texts that come in meanwhile are answered afterwards, in order.
 */
export interface Pause {
/**
 * Seconds, 1 to 60 (V-21).
 */
seconds?: number
[k: string]: unknown
}
/**
 * Hands over to a person (H-2). If nobody is there the topic goes on with `next` (H-3).
 */
export interface Transfer {
/**
 * H-6: what it is about, for the agent's card.
 */
shortDescription?: (string | null)
/**
 * H-6: skills that an agent has to have, by name.
 */
mandatorySkills?: string[]
/**
 * H-6: skills that are welcome, by name.
 */
optionalSkills?: string[]
/**
 * More for the agent's card, besides the topic's `agentContext`.
 */
context?: NamedText[]
[k: string]: unknown
}
/**
 * A name and a template.
 */
export interface NamedText {
/**
 * What it is.
 */
name: string
/**
 * Its text.
 */
text: string
[k: string]: unknown
}
/**
 * Goes over to another topic. The two never share variables (V-27).
 */
export interface Jump {
/**
 * Which topic.
 */
topic: string
/**
 * When that one is complete, this one goes on with `next`; otherwise it is over.
 */
resume?: boolean
[k: string]: unknown
}
/**
 * Fields of a node that has none of its own, or none that Tern reads.
 */
export interface Bare {
[k: string]: unknown
}
/**
 * Where a node stands on the canvas.
 */
export interface CanvasPlace {
/**
 * To the right.
 */
x: number
/**
 * Downwards.
 */
y: number
[k: string]: unknown
}
