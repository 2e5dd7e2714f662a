//! The stored form of events, and the timeline's words.

use std::collections::BTreeSet;

use tern_domain::agents::{Agent, PresenceCause, PresenceState};
use tern_domain::routing::{
    AssignmentRule, Behind, CancelReason, Candidate, ConfigChange, Filter, Queue, Verdict,
    WorkItemFact,
};
use tern_domain::verification::{UnlinkCause, VerificationChange};
use tern_domain::wrap_up::{
    SegmentOpened, WrapUpChoice, WrapUpConfiguration, WrapUpEnd, WrapUpRules, WrapUpTerms,
};
use tern_domain::{
    Actor, Address, BindCause, Channel, CloseReason, DeliveryStatus, EventBody, Handler,
    InteractionId, InteractionState, MessageId, Millis, NoteId, OpenedBy, OptOutEvidence,
    OutboxEntry, PersonDetails, PersonEdit, PersonKind, ProfileId, ProfileStanding, QueueId,
    RuleId, ScreenedFor, SettledAs, StateCause, Territory, Verification, WorkItemId, WrapUpCodeId,
    WrapUpConfigurationId, WrapUpSegmentId, timeline_words,
};
use uuid::Uuid;

use crate::support::{LIVE, agent, key, number, person, sid};

fn message() -> MessageId {
    MessageId::new(Uuid::from_u128(9))
}

/// One event of every type that this version writes.
fn every_event() -> Vec<EventBody> {
    vec![
        EventBody::InteractionOpened {
            key: key(),
            handler: Handler::Queue,
            opened_by: OpenedBy::Requester,
            previous_interaction: None,
            arrived_late: true,
            profile: None,
            opened_for: None,
        },
        EventBody::InteractionStateChanged {
            from: InteractionState::OnHold,
            to: InteractionState::WorkInProgress,
            cause: StateCause::RequesterWrote,
        },
        EventBody::AgentAssigned { agent: agent(1) },
        EventBody::AgentUnassigned { agent: agent(1) },
        EventBody::AgentJoined { agent: agent(2) },
        EventBody::AgentLeft { agent: agent(2) },
        EventBody::Whispered {
            note_id: NoteId::new(Uuid::from_u128(6)),
            agent: agent(2),
            to: [agent(1)].into(),
        },
        EventBody::TopicStarted {
            topic: "order_status".to_owned(),
            title: "Where is my order?".to_owned(),
        },
        // Of before the name was written down: today's, or the one in the topic's file.
        EventBody::TopicStarted {
            topic: "my_orders".to_owned(),
            title: String::new(),
        },
        EventBody::TopicStarted {
            topic: "gone".to_owned(),
            title: String::new(),
        },
        EventBody::HandedOver {
            reason: tern_domain::topic::HandoverReason::Asked,
        },
        EventBody::InteractionClosed {
            state: InteractionState::ClosedComplete,
            reason: CloseReason::AgentEnded,
        },
        EventBody::CarrierOptedOut {
            evidence: OptOutEvidence::Refusal { code: 21610 },
        },
        EventBody::CarrierOptedOut {
            evidence: OptOutEvidence::Keyword,
        },
        EventBody::CarrierOptedOut {
            evidence: OptOutEvidence::SaidByAgent { agent: agent(1) },
        },
        EventBody::CarrierOptedIn,
        EventBody::SubscriptionChanged { is_on: true },
        EventBody::SubscriptionChanged { is_on: false },
        EventBody::StopSuspected {
            message_id: message(),
        },
        EventBody::StopAnswered {
            wants_to_stop: true,
        },
        EventBody::StopAnswered {
            wants_to_stop: false,
        },
        EventBody::SendBecameUncertain {
            message_id: message(),
        },
        EventBody::SendSettled {
            message_id: message(),
            settled_as: SettledAs::Found { sid: sid(1) },
        },
        EventBody::SendSettled {
            message_id: message(),
            settled_as: SettledAs::WasSent,
        },
        EventBody::TextMasked {
            message_id: message(),
            patterns: vec!["Visa card number".to_owned()],
        },
        EventBody::TextStopped {
            reason: ScreenedFor::Sensitive,
            patterns: vec!["Social security number".to_owned()],
        },
        EventBody::TextStopped {
            reason: ScreenedFor::Forbidden,
            patterns: Vec::new(),
        },
        EventBody::HelpRequested { agent: agent(1) },
        EventBody::HelpEnded { agent: agent(1) },
        EventBody::AccountConnected {
            numbers: vec![number("+14155550199")],
        },
        EventBody::WentLive { since: LIVE },
    ]
    .into_iter()
    .chain(every_identity_event())
    .chain(work_item_facts().map(|fact| EventBody::WorkItemMoved { fact }))
    .chain([
        EventBody::PresenceChanged {
            agent: agent(2),
            state: PresenceState::AWAY,
            cause: PresenceCause::OfferTimedOut,
        },
        EventBody::RoutingConfigured {
            change: Box::new(ConfigChange::Agent {
                agent: Agent::first(agent(1), "Ana"),
            }),
        },
        EventBody::LockCodeChanged {
            change: tern_domain::lock_code::LockCodeChange::SetUp,
        },
        EventBody::RoutingConfigured {
            change: Box::new(ConfigChange::Queue {
                queue: Box::new(Queue::shipped(QueueId::new(Uuid::from_u128(4)))),
            }),
        },
        EventBody::RoutingConfigured {
            change: Box::new(ConfigChange::Rule {
                rule: AssignmentRule::shipped(RuleId::new(Uuid::from_u128(5))),
            }),
        },
    ])
    .chain(every_wrap_up_event())
    .chain(crate::retention::every_event())
    .chain(crate::history_import::every_event())
    .collect()
}

/// The same for wrap-ups.
fn every_wrap_up_event() -> Vec<EventBody> {
    let code = WrapUpCodeId::new(Uuid::from_u128(11));
    let configuration = WrapUpConfigurationId::new(Uuid::from_u128(10));
    let segment = WrapUpSegmentId::new(Uuid::from_u128(12));
    let choice = WrapUpChoice {
        id: code,
        name: "Sold".to_owned(),
        description: String::new(),
    };
    let mut events = vec![
        EventBody::InteractionStateChanged {
            from: InteractionState::WorkInProgress,
            to: InteractionState::WrapUp,
            cause: StateCause::Ended,
        },
        EventBody::WrapUpStarted {
            terms: Box::new(WrapUpTerms {
                configuration,
                name: "After every text".to_owned(),
                enforced: true,
                duration: Millis::seconds(60),
                shows_timer: true,
                codes: vec![choice],
                default_code: Some(code),
            }),
            reason: CloseReason::AgentEnded,
            segments: vec![SegmentOpened {
                id: segment,
                agent: agent(1),
            }],
        },
        EventBody::WrapUpCodeChosen {
            segment,
            code: Some(code),
        },
        EventBody::WrapUpCodeChosen {
            segment,
            code: None,
        },
        EventBody::WrapUpSkipped,
        EventBody::WrapUpConfigured {
            rules: Box::new(WrapUpRules {
                configurations: vec![WrapUpConfiguration::new(configuration, "All")],
                ..WrapUpRules::default()
            }),
        },
    ];
    events.extend(
        [
            WrapUpEnd::Agent,
            WrapUpEnd::Left,
            WrapUpEnd::Timer,
            WrapUpEnd::Sweep,
        ]
        .map(|end| EventBody::WrapUpEnded { end }),
    );
    events
}

/// The same for people and profiles.
fn every_identity_event() -> Vec<EventBody> {
    let profile = ProfileId::new(Uuid::from_u128(8));
    let settled = BTreeSet::from([person(2)]);
    vec![
        EventBody::InteractionOpened {
            key: key(),
            handler: Handler::Queue,
            opened_by: OpenedBy::Requester,
            previous_interaction: None,
            arrived_late: false,
            profile: Some(profile),
            opened_for: Some(person(1)),
        },
        EventBody::InteractionIdentityChanged {
            profile: Some(profile),
            from: Some(person(1)),
            to: None,
        },
        EventBody::PersonCreated {
            details: Box::new(PersonDetails {
                kind: PersonKind::User,
                name: "Jane Doe".into(),
                mobile_phone: Some(number("+14155550101")),
                roles: BTreeSet::from(["vip".to_owned()]),
                territory: Some(Territory::parse("US").unwrap()),
                ..PersonDetails::default()
            }),
        },
        EventBody::PersonEdited {
            edits: vec![
                PersonEdit::Phone(None),
                PersonEdit::Email("jane@example.com".into()),
            ],
        },
        EventBody::PersonDeleted,
        EventBody::ProfileCreated {
            channel: Channel::Sms,
            address: Address::from("+14155550101"),
            bound_to: None,
            cause: BindCause::Matched,
        },
        EventBody::ProfileBound {
            from: Some(person(1)),
            to: Some(person(2)),
            cause: BindCause::ByAgent,
            settled: settled.clone(),
        },
        EventBody::ProfileVerified {
            settled: settled.clone(),
        },
        EventBody::AccountLinked { person: person(2) },
        EventBody::AccountUnlinked {
            cause: UnlinkCause::Logout,
        },
        EventBody::AccountUnlinked {
            cause: UnlinkCause::Reset,
        },
        EventBody::AccountUnlinked {
            cause: UnlinkCause::ByAgent,
        },
        EventBody::ProofFailed { is_locked: false },
        EventBody::ProofFailed { is_locked: true },
        EventBody::ElevationEnded,
        EventBody::VerificationChanged {
            change: VerificationChange::PinSet,
        },
        EventBody::VerificationChanged {
            change: VerificationChange::Locked { until: LIVE },
        },
        EventBody::ProfileFlagged {
            identity_conflict: true,
            several_matches: false,
        },
        EventBody::ProfileDeactivated,
        EventBody::ProfileRestored {
            standing: Box::new(ProfileStanding {
                bound_to: Some(person(1)),
                active: true,
                verification: Some(Verification {
                    at: LIVE,
                    by: Actor::Agent(agent(1)),
                }),
                identity_conflict: false,
                several_matches: false,
                settled,
            }),
        },
    ]
}

/// One fact of every kind that this version writes.
fn work_item_facts() -> impl Iterator<Item = WorkItemFact> {
    let queued = |reserved_for, handed_on_by| WorkItemFact::Queued {
        interaction: InteractionId::new(Uuid::from_u128(1)),
        key: key(),
        size: 1,
        previous: Some(WorkItemId::new(Uuid::from_u128(2))),
        queue: None,
        reserved_for,
        handed_on_by,
        given_up_by: None,
    };
    let (one, other) = (agent(1), agent(2));
    [
        queued(None, None),
        queued(Some(other), Some(one)),
        queued(None, Some(one)),
        WorkItemFact::Routed {
            queue: QueueId::new(Uuid::from_u128(4)),
        },
        WorkItemFact::Offered {
            agent: other,
            rule: None,
            until: Some(LIVE),
            candidates: vec![
                Candidate {
                    agent: other,
                    verdict: Verdict::Chosen,
                },
                Candidate {
                    agent: one,
                    verdict: Verdict::Behind {
                        because: Behind::FreeSlots,
                    },
                },
                Candidate {
                    agent: agent(3),
                    verdict: Verdict::Filtered {
                        because: Filter::Full {
                            in_use: 4,
                            slots: 4,
                        },
                    },
                },
            ],
        },
        WorkItemFact::Accepted {
            agent: other,
            by_hand: false,
        },
        WorkItemFact::Rejected {
            agent: other,
            reason: None,
            may_return: true,
        },
        WorkItemFact::TimedOut { agent: other },
        WorkItemFact::TargetExceeded,
        WorkItemFact::Canceled {
            reason: CancelReason::TransferCanceled,
        },
        WorkItemFact::Canceled {
            reason: CancelReason::TimeOut,
        },
        WorkItemFact::Canceled {
            reason: CancelReason::ManuallyAssigned,
        },
        WorkItemFact::NeedsSet {
            needs: vec![tern_domain::routing::SkillNeed {
                skill: "German".to_owned(),
                level: 1,
                mandatory: true,
            }],
        },
        WorkItemFact::Ended,
    ]
    .into_iter()
}

#[test]
fn the_stored_form_of_events_does_not_change() {
    let stored: Vec<_> = every_event()
        .iter()
        .map(|body| serde_json::to_string(body).unwrap())
        .collect();
    insta::assert_snapshot!(stored.join("\n"));
    for (body, json) in every_event().iter().zip(&stored) {
        assert_eq!(&serde_json::from_str::<EventBody>(json).unwrap(), body);
    }
}

#[test]
fn events_of_later_versions_are_read() {
    let with_more = r#"{"type":"AgentAssigned","agent":"00000000-0000-0000-0000-00000000a001","skill":"billing"}"#;
    let known = EventBody::AgentAssigned { agent: agent(1) };
    assert_eq!(serde_json::from_str::<EventBody>(with_more).unwrap(), known);
    let unheard_of = r#"{"type":"SentimentChanged","to":"sunny"}"#;
    assert_eq!(
        serde_json::from_str::<EventBody>(unheard_of).unwrap(),
        EventBody::Unrecognised
    );
}

#[test]
fn events_of_earlier_versions_are_read() {
    let without = r#"{"type":"InteractionOpened","key":{"channel":"sms","requester":"+14155550101","provider":"+14155550199"},"handler":"queue","opened_by":"requester"}"#;
    assert!(matches!(
        serde_json::from_str::<EventBody>(without).unwrap(),
        EventBody::InteractionOpened {
            previous_interaction: None,
            arrived_late: false,
            ..
        }
    ));
}

#[test]
fn the_stored_form_of_an_outbox_entry_reads_back() {
    let json = r#"{"message_id":"00000000-0000-0000-0000-000000000009","key":{"channel":"sms","requester":"+14155550101","provider":"+14155550199"},"body":"Hi","media":[],"created_at":5,"attempts":1,"last_tried_at":6,"state":{"type":"uncertain","since":9,"t0":6}}"#;
    let entry: OutboxEntry = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&entry).unwrap(), json);
    assert_eq!(
        serde_json::to_string(&DeliveryStatus::Sent).unwrap(),
        "\"sent\""
    );
}

#[test]
fn actors_are_global() {
    let stored = [
        Actor::Requester,
        Actor::Agent(agent(1)),
        Actor::Carrier,
        Actor::System,
    ]
    .map(|actor| serde_json::to_string(&actor).unwrap());
    insta::assert_snapshot!(stored.join("\n"));
}

#[test]
fn the_timeline_has_words_for_every_event() {
    let name_of = |who| {
        if who == agent(1) {
            "You".to_owned()
        } else {
            "Ana".to_owned()
        }
    };
    let lines: Vec<_> = every_event()
        .iter()
        .chain([&EventBody::Unrecognised])
        .map(|body| {
            let person_of = |_| "Jane Doe".to_owned();
            let topic_of = |name: &str| (name == "my_orders").then(|| "Orders of today".to_owned());
            let actor = Actor::Agent(agent(1));
            let words = timeline_words(body, &actor, &name_of, &person_of, &topic_of);
            format!("{}: {}", words.actor, words.text)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
