/**
 * The interface's texts, by what they say in English. What is left out is said in the language of the interface. `{name}` and the like are
 * places: what goes there is put in. The words of a page are not translated, so give them in the language of the page.
 */
export interface Texts {
  /** “Chat is unavailable. Press to try again.” */
  unavailable?: string;
  /** “Open chat” */
  open?: string;
  /** “Close chat” */
  close?: string;
  /** “{count} unread messages” */
  unread?: Counted;
  /** “Chat” */
  title?: string;
  /** “Online” */
  online?: string;
  /** “Away right now” */
  away?: string;
  /** “Assistant” */
  bot?: string;
  /** “Support” */
  agent?: string;
  /** “You” */
  you?: string;
  /** “Conversation” */
  conversation?: string;
  /** “Hello! How can we help?” */
  greeting?: string;
  /** “Write to us, an answer comes right here.” */
  greetingDetail?: string;
  /** “New conversation” */
  newConversation?: string;
  /** “Today” */
  today?: string;
  /** “Yesterday” */
  yesterday?: string;
  /** “{name} is typing” */
  typing?: string;
  /** “New message from {name}” */
  arrived?: string;
  /** “Newest messages” */
  newest?: string;
  /** “Copy” */
  copy?: string;
  /** “Copied” */
  copied?: string;
  /** “Edited” */
  edited?: string;
  /** “{count} new messages” */
  newMessages?: Counted;
  /** “Notify me of answers” */
  notify?: string;
  /** “No, thanks” */
  notifyNever?: string;
  /** “Write a message…” */
  placeholder?: string;
  /** “Your message” */
  field?: string;
  /** “Send message” */
  send?: string;
  /** “Waiting to be sent” */
  deliveryPending?: string;
  /** “Sending…” */
  deliverySending?: string;
  /** “Sent” */
  deliverySent?: string;
  /** “Delivered” */
  deliveryDelivered?: string;
  /** “Read” */
  deliveryRead?: string;
  /** “Not sent” */
  deliveryFailed?: string;
  /** “Perhaps not sent” */
  deliveryUncertain?: string;
  /** “Not sent in time” */
  deliveryExpired?: string;
  /** “{status}: {reason}” */
  deliveryBecause?: string;
  /** “Send again” */
  deliveryRetry?: string;
  /** “Delete” */
  deliveryDelete?: string;
  /** “Connecting…” */
  connectionConnecting?: string;
  /** “Reconnecting in {count} s.” */
  connectionWaiting?: string;
  /** “Reconnecting…” */
  connectionReconnecting?: string;
  /** “You are offline.” */
  connectionOffline?: string;
  /** “Still no connection.” */
  connectionSuspended?: string;
  /** “Chat is unavailable right now.” */
  connectionUnavailable?: string;
  /** “{notice} Your messages will be sent.” */
  connectionKept?: string;
  /** “Try now” */
  connectionRetry?: string;
  /** “This message has {count} characters; {limit} are possible. Please shorten it.” */
  tooLong?: string;
  /** “Too many messages wait to be sent. Please wait until some have gone out.” */
  queueFull?: string;

  // Where the back end has files, queues and forms:
  /** “Before we start” */
  formHeading?: string;
  /** “Tell us who you are, so that we can answer you.” */
  formDetail?: string;
  /** “Leave your e-mail address to ask your question.” */
  formGate?: string;
  /** “Name” */
  formName?: string;
  /** “E-mail” */
  formEmail?: string;
  /** “Phone” */
  formPhone?: string;
  /** “How can we help?” */
  formComments?: string;
  /** “optional” */
  formOptional?: string;
  /** “Start the chat” */
  formStart?: string;
  /** “Continue” */
  formGo?: string;
  /** “One moment…” */
  formStarting?: string;
  /** “Please tell us your name.” */
  formNameMissing?: string;
  /** “Please enter your e-mail address.” */
  formEmailMissing?: string;
  /** “This does not look like an e-mail address. An example: alice@site.example” */
  formEmailWrong?: string;
  /** “Please write a message.” */
  formMessageMissing?: string;
  /** “Talk to a person” */
  queueAsk?: string;
  /** “A person is being asked for…” */
  queueAsked?: string;
  /** “You are next.” */
  queueNext?: string;
  /** “You are number {count} in the queue.” */
  queuePosition?: string;
  /** “You are in the queue.” */
  queueWaiting?: string;
  /** “{count} people before you” */
  queueAhead?: Counted;
  /** “about {count} minutes” */
  queueMinutes?: Counted;
  /** “online” */
  personOnline?: string;
  /** “away” */
  personAway?: string;
  /** “busy” */
  personBusy?: string;
  /** “offline” */
  personOffline?: string;
  /** “Our team” */
  personTeam?: string;
  /** “End chat” */
  endAsk?: string;
  /** “End this chat?” */
  endSure?: string;
  /** “Send me a transcript by e-mail” */
  endTranscript?: string;
  /** “E-mail for the transcript” */
  endAddress?: string;
  /** “End chat” */
  endConfirm?: string;
  /** “Keep chatting” */
  endKeep?: string;
  /** “This chat has ended. Write a message to begin again.” */
  endOver?: string;
  /** “Nobody is here right now” */
  awayHeading?: string;
  /** “Leave us a message, and we will answer by e-mail.” */
  awayDetail?: string;
  /** “Your message” */
  awayMessage?: string;
  /** “Send message” */
  awaySend?: string;
  /** “Sending…” */
  awaySending?: string;
  /** “Thank you!” */
  awaySent?: string;
  /** “We have your message and will answer by e-mail.” */
  awaySentDetail?: string;
  /** “Write another message” */
  awayAnother?: string;
  /** “Your message could not be sent. It is still here; please try again.” */
  awayFailed?: string;
  /** “What the assistant looked up” */
  tools?: string;
  /** “Suggested answers” */
  choices?: string;
  /** “Insert an emoji” */
  emojis?: string;
  /** “The answer broke off.” */
  brokenOff?: string;
  /** “Attach files” */
  attach?: string;
  /** “Files to send” */
  chosen?: string;
  /** “Files” */
  files?: string;
  /** “Drop files here” */
  drop?: string;
  /** “Remove {name}” */
  remove?: string;
  /** “{name} is larger than 25 MB and cannot be sent.” */
  tooLarge?: string;
  /** “No more than {count} files go with a message.” */
  tooMany?: Counted;
  /** “Sending {name}” */
  uploading?: string;
  /** “the file is larger than 25 MB” */
  refusedSize?: string;
  /** “unsupported file type” */
  refusedKind?: string;
  /** “the file is not there any more; please choose it again” */
  gone?: string;
  /** “Cancel” */
  cancel?: string;
  /** “bytes” */
  unitBytes?: string;
  /** “KB” */
  unitKilobytes?: string;
  /** “MB” */
  unitMegabytes?: string;
  /** “.” */
  point?: string;
  /** “Close this notice” */
  dismiss?: string;
  /** “Have a look” */
  look?: string;
  /** “Answer” */
  answer?: string;
  /** “Broadcast” */
  broadcast?: string;
  /** “Mute” */
  mute?: string;
  /** “Unmute” */
  unmute?: string;
  /** “Larger” */
  larger?: string;
  /** “Smaller” */
  smaller?: string;
  /** “Close broadcast” */
  closeBroadcast?: string;
  /** “Watch again: {name}” */
  reopen?: string;
}

/** One text for every number, or one for each kind of number that the language has, as `Intl.PluralRules` names them. */
export type Counted = string | { zero?: string; one?: string; two?: string; few?: string; many?: string; other: string };
