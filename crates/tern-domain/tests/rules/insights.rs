//! What events and texts come to in figures (K-1 … K-3, H-17, W).

use tern_domain::agents::{Agent, Role};
use tern_domain::insights::{
    ConversationFact, ConversationFigures, Figure, Mean, Outcome, Reach, ReachRefusal, TextFact,
    WorkFact, WorkOutcome, Writer, figures_of, work_figures_of,
};
use tern_domain::routing::WorkItemFact;
use tern_domain::topic::HandoverReason;
use tern_domain::wrap_up::WrapUpEnd;
use tern_domain::{
    Actor, CloseReason, EventBody, Handler, InteractionId, InteractionState, OpenedBy, QueueId,
};
use uuid::Uuid;

use crate::samples::*;

fn fact(seconds: i64, body: EventBody) -> ConversationFact {
    ConversationFact {
        at: at(seconds),
        body,
    }
}

fn opened(handler: Handler, opened_by: OpenedBy) -> ConversationFact {
    let body = EventBody::InteractionOpened {
        key: key(),
        handler,
        opened_by,
        previous_interaction: None,
        arrived_late: false,
        profile: None,
        opened_for: None,
    };
    fact(0, body)
}

fn taken(seconds: i64) -> ConversationFact {
    fact(seconds, EventBody::AgentAssigned { agent: agent(1) })
}

fn closed(seconds: i64, state: InteractionState, reason: CloseReason) -> ConversationFact {
    fact(seconds, EventBody::InteractionClosed { state, reason })
}

fn ended(seconds: i64) -> ConversationFact {
    closed(
        seconds,
        InteractionState::ClosedComplete,
        CloseReason::AgentEnded,
    )
}

fn handed_over(seconds: i64) -> ConversationFact {
    let reason = HandoverReason::Asked;
    fact(seconds, EventBody::HandedOver { reason })
}

fn topic(seconds: i64, name: &str) -> ConversationFact {
    let topic = name.to_owned();
    fact(
        seconds,
        EventBody::TopicStarted {
            topic,
            title: String::new(),
        },
    )
}

const REQUESTER: Writer = Writer::Requester;
const BOT: Writer = Writer::VirtualAgent;

fn by_agent(seconds: i64) -> (i64, Writer) {
    (seconds, Writer::Agent(agent(1)))
}

fn figures(facts: &[ConversationFact], texts: &[(i64, Writer)]) -> ConversationFigures {
    let texts: Vec<_> = texts
        .iter()
        .map(|(seconds, writer)| TextFact {
            at: at(*seconds),
            writer: *writer,
        })
        .collect();
    figures_of(facts, &texts).unwrap()
}

fn mean(count: i64, seconds: i64) -> Mean {
    Mean {
        count,
        sum: seconds * 1000,
    }
}

#[test]
fn h_17_texts_in_between_are_not_counted() {
    let facts = [opened(Handler::Queue, OpenedBy::Requester), taken(5)];
    let texts = [
        (0, REQUESTER),
        (10, REQUESTER),
        by_agent(30),
        by_agent(40),
        (100, REQUESTER),
        by_agent(160),
    ];
    let found = figures(&facts, &texts);
    assert_eq!(found.agent_replies, mean(2, 90));
    assert_eq!(found.requester_replies, mean(1, 70));
    assert_eq!(found.first_response, Some(30_000));
    assert_eq!(found.agents[&agent(1)].replies, mean(2, 90));
}

#[test]
fn h_17_m_12_the_virtual_agents_texts_are_nobodys_answer() {
    let facts = [
        opened(Handler::VirtualAgent, OpenedBy::Requester),
        topic(1, "returns"),
        handed_over(60),
        taken(80),
    ];
    let texts = [
        (0, REQUESTER),
        (1, BOT),
        (50, REQUESTER),
        (60, BOT),
        by_agent(100),
    ];
    let found = figures(&facts, &texts);
    assert_eq!(found.first_response, Some(40_000), "from the hand-over");
    assert_eq!(found.agent_replies, mean(1, 40));
    assert_eq!((found.with_bot, found.handovers()), (true, 1));
    assert_eq!(found.topics[&Some("returns".to_owned())], 1);
}

#[test]
fn k_1_what_an_agent_began_has_no_first_response() {
    let facts = [opened(Handler::LiveAgent, OpenedBy::Agent), taken(0)];
    let found = figures(&facts, &[by_agent(0), (60, REQUESTER), by_agent(90)]);
    assert_eq!(found.first_response, None);
    assert_eq!(found.requester_replies, mean(1, 60));
    assert_eq!(found.agent_replies, mean(1, 30));
}

#[test]
fn k_1_whoever_wrote_while_the_desk_was_shut_waits_since_then() {
    let facts = [opened(Handler::Queue, OpenedBy::Requester), taken(10)];
    let found = figures(&facts, &[(-3600, REQUESTER), by_agent(60)]);
    assert_eq!(found.first_response, Some(3_660_000));
}

#[test]
fn k_1_handling_is_what_agents_had_and_wrap_up_is_not_part_of_it() {
    let facts = [
        opened(Handler::Queue, OpenedBy::Requester),
        taken(10),
        fact(40, EventBody::AgentUnassigned { agent: agent(1) }),
        fact(100, EventBody::AgentAssigned { agent: agent(2) }),
        fact(
            160,
            EventBody::WrapUpStarted {
                terms: Box::new(crate::wrap_up::terms(false)),
                reason: CloseReason::AgentEnded,
                segments: Vec::new(),
            },
        ),
        fact(
            190,
            EventBody::WrapUpEnded {
                end: WrapUpEnd::Agent,
            },
        ),
        ended(190),
    ];
    let found = figures(&facts, &[(0, REQUESTER)]);
    assert_eq!(found.handling, Some(90_000));
    assert_eq!(found.wrap_up, Some(30_000));
    assert_eq!(found.ended_at, Some(at(160)));
    assert_eq!(found.agents[&agent(1)].held, 30_000);
    assert_eq!(found.agents[&agent(2)].held, 60_000);
    assert_eq!(found.agent, Some(agent(2)));
}

#[test]
fn k_3_contained_is_finished_and_without_a_person() {
    let with_bot = |rest: &[ConversationFact]| {
        let mut facts = vec![
            opened(Handler::VirtualAgent, OpenedBy::Requester),
            topic(1, "hours"),
        ];
        facts.extend_from_slice(rest);
        figures(&facts, &[(0, REQUESTER)])
    };
    let done = InteractionState::ClosedComplete;
    assert!(with_bot(&[closed(60, done, CloseReason::TopicComplete)]).is_contained());
    assert!(!with_bot(&[]).is_contained(), "goes on");
    assert!(!with_bot(&[handed_over(30), ended(60)]).is_contained());
    assert!(!with_bot(&[taken(30), ended(60)]).is_contained());
    let silent = closed(
        60,
        InteractionState::ClosedAbandoned,
        CloseReason::NoActivity,
    );
    let abandoned = with_bot(&[silent]);
    assert!(!abandoned.is_contained());
    assert_eq!(abandoned.outcome, Outcome::Abandoned);
    let handed_back = with_bot(&[taken(30), fact(40, EventBody::HandedBack), ended(60)]);
    assert!(!handed_back.is_contained());
    assert_eq!(handed_back.agents[&agent(1)].held, 10_000);
}

#[test]
fn k_2_what_became_of_a_work_item() {
    let work = |seconds, actor, fact| WorkFact {
        at: at(seconds),
        actor,
        fact,
    };
    let queued = WorkItemFact::Queued {
        interaction: InteractionId::new(Uuid::from_u128(1)),
        key: key(),
        size: 1,
        previous: None,
        queue: None,
        reserved_for: None,
        handed_on_by: None,
        given_up_by: None,
    };
    let queue = QueueId::new(Uuid::from_u128(9));
    let mut facts = vec![
        work(0, Actor::System, queued),
        work(1, Actor::System, WorkItemFact::Routed { queue }),
        work(
            2,
            Actor::Agent(agent(1)),
            WorkItemFact::Rejected {
                agent: agent(1),
                reason: None,
                may_return: true,
            },
        ),
        work(3, Actor::System, WorkItemFact::TimedOut { agent: agent(2) }),
        work(4, Actor::System, WorkItemFact::TargetExceeded),
    ];
    let waiting = work_figures_of(&facts).unwrap();
    assert_eq!(
        (waiting.outcome, waiting.waited),
        (WorkOutcome::Waiting, None)
    );
    facts.push(work(
        60,
        Actor::System,
        WorkItemFact::Accepted {
            agent: agent(3),
            by_hand: false,
        },
    ));
    facts.push(work(90, Actor::System, WorkItemFact::Ended));
    let found = work_figures_of(&facts).unwrap();
    assert_eq!((found.queue, found.agent), (Some(queue), Some(agent(3))));
    assert_eq!(
        (found.outcome, found.waited),
        (WorkOutcome::Accepted, Some(60_000))
    );
    assert!(found.is_auto && found.exceeded_target);
    assert_eq!(found.agents[&agent(1)].rejected, 1);
    assert_eq!(found.agents[&agent(2)].timed_out, 1);
    assert_eq!(work_figures_of(&facts[1..]), None);
}

#[test]
fn k_1_supervisors_and_administrators_see_the_team_and_others_themselves() {
    let with = |roles: &[Role]| Agent {
        roles: roles.iter().copied().collect(),
        ..Agent::first(agent(1), "Ana")
    };
    for roles in [
        &[Role::Supervisor][..],
        &[Role::Admin],
        &[Role::Agent, Role::Supervisor],
    ] {
        let reach = Reach::of(agent(1), Some(&with(roles)));
        assert_eq!(reach, Reach::Team, "{roles:?}");
        assert_eq!(reach.filter(None), Ok(None));
        assert_eq!(reach.filter(Some(agent(2))), Ok(Some(agent(2))));
        assert!(Figure::ALL.into_iter().all(|figure| reach.shows(figure)));
        assert_eq!(reach.check_topics(), Ok(()));
    }
    for somebody in [Some(with(&[Role::Agent])), Some(with(&[])), None] {
        let reach = Reach::of(agent(1), somebody.as_ref());
        assert_eq!(reach, Reach::Own(agent(1)));
        assert_eq!(reach.filter(None), Ok(Some(agent(1))));
        assert_eq!(reach.filter(Some(agent(1))), Ok(Some(agent(1))));
        assert_eq!(
            reach.filter(Some(agent(2))),
            Err(ReachRefusal::OfSomebodyElse)
        );
        assert_eq!(reach.check(Figure::Handling), Ok(()));
        assert_eq!(reach.check_topics(), Err(ReachRefusal::OfTheTeam));
        for figure in [Figure::Hours, Figure::Consent, Figure::Queues] {
            assert_eq!(reach.check(figure), Err(ReachRefusal::OfTheTeam));
        }
    }
}
