//! One step of a day at the desk, small enough that a failure reads like a story.
//!
//! Who, which conversation and which text are numbers that are taken modulo what there is, so that taking a
//! step out of a story leaves the rest of it meaningful.

use proptest::prelude::*;
use tern_domain::InteractionAct;
use tern_domain::alerts::AlertSubject;

/// Agents of the day; the first supervises.
pub(super) const AGENTS: usize = 3;
/// Customers.
pub(super) const REQUESTERS: usize = 3;
/// Conversations: each customer with each of the team's two numbers.
pub(super) const CONVERSATIONS: usize = 2 * REQUESTERS;
/// People of the directory.
pub(super) const PEOPLE: usize = 2;

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A text comes in. The same number again is the same text again.
    Text {
        number: u8,
        from: usize,
        words: &'static str,
        age: Age,
    },
    /// An agent does something to a conversation.
    Act {
        who: usize,
        on: usize,
        act: InteractionAct,
    },
    /// An agent marks a conversation.
    Mark { who: usize, on: usize, mark: Mark },
    /// The same, and takes it back at once.
    MarkAndUndo { who: usize, on: usize, mark: Mark },
    /// An agent hands a conversation on, or calls it back.
    HandOn { who: usize, on: usize, to: HandTo },
    /// An agent hands a conversation on, and calls it back at once.
    HandOnAndBack { who: usize, on: usize, to: HandTo },
    /// Whoever is asked answers the offer.
    Answer { offer: usize, answer: Answer },
    /// An agent comes, goes, or does not want any more.
    Presence { who: usize, state: usize },
    /// An agent writes; to a certain person takes the number and the conversation over.
    Write {
        who: usize,
        on: usize,
        to: Option<usize>,
        held: bool,
    },
    /// An agent writes and calls it back at once.
    WriteAndRecall { who: usize, on: usize },
    /// A text that has not left is called back.
    Recall { text: usize },
    /// The next text is sent; `None` = the laptop dies before the answer.
    Send(Option<Outcome>),
    /// Somebody decides about an uncertain text.
    Settle(Verdict),
    /// The carrier tells of a text it has.
    Report { text: usize, status: &'static str },
    /// An agent says who is behind a number.
    Identify { who: usize, of: usize, act: Say },
    /// The same, and takes it back at once.
    IdentifyAndUndo { who: usize, of: usize, act: Say },
    /// Takes back what was last said, if nothing has changed since.
    Undo,
    /// A person of the directory gets this customer's number, or none.
    Phone { person: usize, of: Option<usize> },
    /// The same, and takes it back at once.
    PhoneAndUndo { person: usize, of: Option<usize> },
    /// A person is taken out of the directory.
    Forget { person: usize },
    /// The same, and takes it back at once.
    ForgetAndUndo { person: usize },
    /// An agent leaves the team; a colleague or the queue gets what they have.
    Leave { who: usize, heir: Option<usize> },
    /// That is taken back.
    ComeBack { who: usize },
    /// An agent asks somebody into a conversation, or takes them out of it.
    Group {
        who: usize,
        on: usize,
        whom: usize,
        joins: bool,
    },
    /// An agent writes a note or whispers.
    Note {
        who: usize,
        on: usize,
        whispers: bool,
    },
    /// An agent deletes a note.
    ForgetNote { who: usize, note: usize },
    /// Wrap-up is configured, and perhaps back again at once.
    Terms { terms: Terms, undone: bool },
    /// An agent wraps up.
    Wrap { who: usize, on: usize, wrap: Wrap },
    /// Wrap-ups that were left open are closed.
    Sweep,
    /// Something is worth a notification at the first agent's desk.
    Notify { on: usize, subject: AlertSubject },
    /// The first agent opens a conversation, or none.
    Look { on: Option<usize> },
    /// An agent gives a conversation back to the virtual agent.
    HandBack { who: usize, on: usize },
    /// An agent has the virtual agent run a topic in their conversation, or takes over again.
    Autopilot {
        who: usize,
        on: usize,
        topic: Option<usize>,
    },
    /// The virtual agent answers on the team's first number, or on none.
    Bot { on: bool },
    /// A messaging action is switched on or off.
    Switch { action: usize },
    /// Time passes.
    Wait { seconds: i64 },
    /// Somebody sets the clock back.
    ClockBack { seconds: i64 },
    /// Timers that are due fire.
    Timers,
    /// Work is offered.
    Route,
    /// The app ends and starts.
    Restart,
}

impl Step {
    /// Who takes the step at a desk of their own.
    pub(super) const fn who(&self) -> Option<usize> {
        match self {
            Self::Act { who, .. }
            | Self::Mark { who, .. }
            | Self::MarkAndUndo { who, .. }
            | Self::HandOn { who, .. }
            | Self::HandOnAndBack { who, .. }
            | Self::Presence { who, .. }
            | Self::Write { who, .. }
            | Self::WriteAndRecall { who, .. }
            | Self::Identify { who, .. }
            | Self::IdentifyAndUndo { who, .. }
            | Self::Group { who, .. }
            | Self::Note { who, .. }
            | Self::ForgetNote { who, .. }
            | Self::HandBack { who, .. }
            | Self::Autopilot { who, .. }
            | Self::Wrap { who, .. } => Some(*who),
            _ => None,
        }
    }
}

/// A day's steps, which a failure prints one to a line.
#[derive(Clone)]
pub(super) struct Story(pub(super) Vec<Step>);

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "\n  {step:?}"))
    }
}

/// How old a text is when it comes in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Age {
    Fresh,
    /// The laptop was shut for two hours.
    Late,
    /// From before the line went live.
    History,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Snooze { minutes: i64 },
    Wake,
    Pin,
    Unpin,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum HandTo {
    Agent(usize),
    Queue,
    Back,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    Accept,
    Reject,
    /// With a reason that keeps the work away for good.
    RejectForGood,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    Accepted,
    OptedOut,
    NotExecuted,
    MaybeExecuted,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Verdict {
    Found,
    WasSent,
    SendAgain,
    Discard,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Say {
    Is(usize),
    Guest,
    Verified,
}

/// What is configured about wrap-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Terms {
    Nothing,
    AtLeisure,
    Enforced,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Wrap {
    Choose(Option<usize>),
    End,
    Leave,
}

/// A conversation. Mostly one of two, so that a day has stories and not only beginnings.
fn conversations() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![4 => 0_usize..2, 1 => 0..CONVERSATIONS]
}

fn acts() -> impl Strategy<Value = InteractionAct> {
    prop::sample::select(vec![
        InteractionAct::Take,
        InteractionAct::Take,
        InteractionAct::PutBack,
        InteractionAct::Hold,
        InteractionAct::Resume,
        InteractionAct::Finish,
        InteractionAct::Finish,
        InteractionAct::FinishWithoutWrapUp,
        InteractionAct::AskForHelp,
        InteractionAct::EndHelp,
    ])
}

fn says() -> impl Strategy<Value = Say> {
    prop_oneof![
        (0..PEOPLE).prop_map(Say::Is),
        Just(Say::Guest),
        Just(Say::Verified),
    ]
}

fn desk() -> impl Strategy<Value = Step> {
    let (who, on) = (0..AGENTS, conversations());
    let mark = prop_oneof![
        3 => (1_i64..90).prop_map(|minutes| Mark::Snooze { minutes }),
        1 => Just(Mark::Wake),
        1 => Just(Mark::Pin),
        1 => Just(Mark::Unpin),
    ];
    let to = prop_oneof![
        2 => (0..AGENTS).prop_map(HandTo::Agent),
        1 => Just(HandTo::Queue),
        1 => Just(HandTo::Back),
    ];
    let answer = prop::sample::select(vec![Answer::Accept, Answer::Reject, Answer::RejectForGood]);
    prop_oneof![
        6 => (who.clone(), on.clone(), acts()).prop_map(|(who, on, act)| Step::Act { who, on, act }),
        2 => (who.clone(), on.clone(), mark.clone())
            .prop_map(|(who, on, mark)| Step::Mark { who, on, mark }),
        1 => (who.clone(), on.clone(), mark)
            .prop_map(|(who, on, mark)| Step::MarkAndUndo { who, on, mark }),
        2 => (who.clone(), on.clone(), to.clone())
            .prop_map(|(who, on, to)| Step::HandOn { who, on, to }),
        1 => (who.clone(), on, to)
            .prop_map(|(who, on, to)| Step::HandOnAndBack { who, on, to }),
        3 => (0_usize..4, answer).prop_map(|(offer, answer)| Step::Answer { offer, answer }),
        2 => (who, 0_usize..3).prop_map(|(who, state)| Step::Presence { who, state }),
    ]
}

fn sends() -> impl Strategy<Value = Step> {
    let (who, on, text) = (0..AGENTS, conversations(), 0_usize..8);
    let outcome = prop_oneof![
        4 => Just(Outcome::Accepted),
        1 => Just(Outcome::OptedOut),
        1 => Just(Outcome::NotExecuted),
        1 => Just(Outcome::MaybeExecuted),
    ];
    let verdict = prop::sample::select(vec![
        Verdict::Found,
        Verdict::WasSent,
        Verdict::SendAgain,
        Verdict::Discard,
    ]);
    let status = prop::sample::select(vec!["sent", "delivered", "undelivered"]);
    prop_oneof![
        4 => (who.clone(), on.clone(), prop::option::weighted(0.3, 0..PEOPLE), any::<bool>())
            .prop_map(|(who, on, to, held)| Step::Write { who, on, to, held }),
        1 => (who, on).prop_map(|(who, on)| Step::WriteAndRecall { who, on }),
        1 => text.clone().prop_map(|text| Step::Recall { text }),
        4 => prop::option::weighted(0.9, outcome).prop_map(Step::Send),
        1 => verdict.prop_map(Step::Settle),
        1 => (text, status).prop_map(|(text, status)| Step::Report { text, status }),
    ]
}

fn people() -> impl Strategy<Value = Step> {
    let (who, of) = (0..AGENTS, prop_oneof![4 => 0_usize..2, 1 => 0..REQUESTERS]);
    prop_oneof![
        2 => (who.clone(), of.clone(), says()).prop_map(|(who, of, act)| Step::Identify { who, of, act }),
        2 => (who, of.clone(), says())
            .prop_map(|(who, of, act)| Step::IdentifyAndUndo { who, of, act }),
        1 => Just(Step::Undo),
        2 => (0..PEOPLE, prop::option::weighted(0.8, of.clone()))
            .prop_map(|(person, of)| Step::Phone { person, of }),
        2 => (0..PEOPLE, prop::option::weighted(0.8, of))
            .prop_map(|(person, of)| Step::PhoneAndUndo { person, of }),
        1 => (0..PEOPLE).prop_map(|person| Step::Forget { person }),
        2 => (0..PEOPLE).prop_map(|person| Step::ForgetAndUndo { person }),
    ]
}

fn team() -> impl Strategy<Value = Step> {
    let (who, on) = (0..AGENTS, conversations());
    prop_oneof![
        2 => (who.clone(), prop::option::of(who.clone()))
            .prop_map(|(who, heir)| Step::Leave { who, heir }),
        2 => who.clone().prop_map(|who| Step::ComeBack { who }),
        4 => (who.clone(), on.clone(), who.clone(), prop::bool::weighted(0.7))
            .prop_map(|(who, on, whom, joins)| Step::Group { who, on, whom, joins }),
        3 => (who.clone(), on, any::<bool>())
            .prop_map(|(who, on, whispers)| Step::Note { who, on, whispers }),
        1 => (who, 0_usize..4).prop_map(|(who, note)| Step::ForgetNote { who, note }),
    ]
}

fn wrapping() -> impl Strategy<Value = Step> {
    let terms = prop::sample::select(vec![Terms::Nothing, Terms::AtLeisure, Terms::Enforced]);
    let wrap = prop_oneof![
        3 => prop::option::weighted(0.8, 0_usize..2).prop_map(Wrap::Choose),
        1 => Just(Wrap::End),
        1 => Just(Wrap::Leave),
    ];
    prop_oneof![
        3 => (terms, prop::bool::weighted(0.2))
            .prop_map(|(terms, undone)| Step::Terms { terms, undone }),
        4 => (0..AGENTS, conversations(), wrap)
            .prop_map(|(who, on, wrap)| Step::Wrap { who, on, wrap }),
        1 => Just(Step::Sweep),
    ]
}

fn bot() -> impl Strategy<Value = Step> {
    let (who, on) = (0..AGENTS, conversations());
    prop_oneof![
        2 => (who.clone(), on.clone()).prop_map(|(who, on)| Step::HandBack { who, on }),
        3 => (who, on, prop::option::weighted(0.7, 0_usize..4))
            .prop_map(|(who, on, topic)| Step::Autopilot { who, on, topic }),
        2 => prop::bool::weighted(0.7).prop_map(|on| Step::Bot { on }),
    ]
}

fn alerts() -> impl Strategy<Value = Step> {
    let subject = prop::sample::select(vec![
        AlertSubject::Text,
        AlertSubject::Text,
        AlertSubject::Given,
        AlertSubject::Prompt,
        AlertSubject::SnoozeEnded,
    ]);
    prop_oneof![
        3 => (conversations(), subject).prop_map(|(on, subject)| Step::Notify { on, subject }),
        1 => prop::option::weighted(0.7, conversations()).prop_map(|on| Step::Look { on }),
    ]
}

fn time() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1_i64..700).prop_map(|seconds| Step::Wait { seconds }),
        1 => (1_i64..60).prop_map(|hours| Step::Wait { seconds: hours * 3600 }),
        1 => (1_i64..9000).prop_map(|seconds| Step::ClockBack { seconds }),
        5 => Just(Step::Timers),
        6 => Just(Step::Route),
        1 => Just(Step::Restart),
        1 => (0_usize..3).prop_map(|action| Step::Switch { action }),
    ]
}

fn texts() -> impl Strategy<Value = Step> {
    let words = prop::sample::select(vec![
        "hello",
        "thanks",
        "are you there?",
        "end",
        "STOP",
        "START",
        "complaint",
        "agent",
        "number",
        "slow",
        "bye",
    ]);
    let age = prop_oneof![6 => Just(Age::Fresh), 1 => Just(Age::Late), 1 => Just(Age::History)];
    (0_u8..40, conversations(), words, age).prop_map(|(number, from, words, age)| Step::Text {
        number,
        from,
        words,
        age,
    })
}

/// Steps in an order in which anything may follow anything.
pub(super) fn a_day() -> impl Strategy<Value = Story> {
    let step = prop_oneof![
        6 => texts(),
        6 => desk(),
        5 => sends(),
        3 => people(),
        3 => team(),
        3 => wrapping(),
        2 => alerts(),
        3 => bot(),
        8 => time(),
    ];
    prop::collection::vec(step, 1..60).prop_map(Story)
}
