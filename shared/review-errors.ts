// Errors of reviews: part of the one error table, which spreads them.
import { entry, type None } from './error-entry.ts'

export const reviewErrors = {
  'review.notAFile': entry<{ reason: string }>({
    title: 'This is no review file', place: 'inline', exit: 2, retry: false,
    say: (d) => `The file is not a review request or answer of Slipway: ${d.reason}.`, next: 'Ask for the file again, as it was saved; a mail program may have changed it.',
  }),
  'review.altered': entry<{ what: string }>({
    title: 'The file was changed', place: 'inline', exit: 2, retry: false,
    say: (d) => `The signature of this ${d.what} does not fit what it says: it was changed after it was signed, or signed with another key.`, next: 'Do not trust it. Ask its sender for the original.',
  }),
  'review.wrongKey': entry<{ name: string; keyId: string }>({
    title: 'The key is not the one it names', place: 'inline', exit: 2, retry: false,
    say: (d) => `The file says it is by ${d.name} with the key ${d.keyId}, but carries another key.`, next: 'Do not trust it. Ask its sender for the original.',
  }),
  'review.unknownReviewer': entry<{ name: string; keyId: string }>({
    title: 'The reviewer is not trusted here', place: 'inline', exit: 2, retry: false,
    say: (d) => `The answer is signed with the key ${d.keyId} of somebody who calls themselves ${d.name}; that key is not trusted in this workspace, so the answer was not recorded.`,
    next: 'Compare the key id with the person over another channel, trust their public key, and take the answer in again.', commandLine: 'The command is slipway reviewer trust NAME KEY-FILE.',
  }),
  'review.unknownRequest': entry<{ id: string }>({
    title: 'No such request was made here', place: 'inline', exit: 2, retry: false,
    say: (d) => `The answer is to the request ${d.id}, which was not made in this workspace.`, next: 'Take it in where the request was made.',
  }),
  'review.otherEvidence': entry<{ version: string }>({
    title: 'The answer is to other evidence', place: 'inline', exit: 2, retry: false,
    say: (d) => `The answer about ${d.version} was given to a request that says something else than the one made here, so it was not recorded.`, next: 'Send the reviewer the original request again.',
  }),
  'review.stale': entry<{ version: string; reason: string }>({
    title: 'The review is out of date', place: 'inline', exit: 2, retry: false,
    say: (d) => `The answer about ${d.version} was not recorded: ${d.reason}.`, next: 'Make a new request, with what holds now.', commandLine: 'The command is slipway review request.',
  }),
  'review.replayed': entry<{ name: string; version: string }>({
    title: 'The answer was recorded before', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.name} has answered this request about ${d.version} already; an answer counts once.`, next: 'Nothing is left to do. For a second opinion, make a new request.',
  }),
  'review.selfApproval': entry<{ version: string; /** what the key did: `imported` */ part: string }>({
    title: 'The author may not approve', place: 'inline', exit: 2, retry: false,
    say: (d) => `Whoever signs this ${d.part} ${d.version}: its author may not approve it too.`, next: 'Let somebody else review it. A policy can allow the author’s own approval.',
  }),
  'review.nothingToReview': entry<{ version: string }>({
    title: 'There is nothing to review', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.version} has no finished run.`, next: 'Evaluate it first.',
  }),
  'review.otherName': entry<{ keyId: string; name: string; wanted: string }>({
    title: 'The key has another name here', place: 'inline', exit: 2, retry: false,
    say: (d) => `The key ${d.keyId} is trusted already, as ${d.name}’s; it was not renamed to ${d.wanted}.`, next: 'Make sure whose key it is, and rename it on purpose.', commandLine: 'The option is --rename.',
  }),
  'review.nothingToRevoke': entry<{ version: string; by: string | null }>({
    title: 'There is no approval to take back', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.version} has no approval${d.by === null ? '' : ` by “${d.by}”`} that stands.`, next: 'Look at its requests and answers.', commandLine: 'The command is slipway review list.',
  }),
  'review.approvalsLost': entry<{ version: string; sentence: string }>({
    title: 'The approvals no longer hold', place: 'inline', exit: 1, retry: false,
    say: (d) => `${d.version} was judged when its approvals held; now: ${d.sentence.charAt(0).toLowerCase()}${d.sentence.slice(1)}`, next: 'Ask for a review again, judge the run by the gate, then export.', commandLine: 'The commands are slipway review request and slipway gate.',
  }),
  'review.notTrusted': entry<{ id: string }>({
    title: 'No such reviewer', place: 'inline', exit: 2, retry: false,
    say: (d) => `No trusted reviewer is called “${d.id}” or has that key.`, next: 'Look at the list of reviewers.', commandLine: 'The command is slipway reviewer list.',
  }),
  'review.ownKeyMissing': entry<None>({
    title: 'There is no key to sign with', place: 'inline', exit: 2, retry: false,
    say: () => 'This workspace has no key of its own yet.', next: 'Make one first.', commandLine: 'The command is slipway identity --make.',
  }),
} as const
