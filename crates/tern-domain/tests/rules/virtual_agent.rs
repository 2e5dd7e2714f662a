//! The virtual agent beside live agents: whose answer its texts are.

use tern_domain::messaging_action::{PastFact, PastTurn, rehearse};
use tern_domain::{AggregateRef, Author, MessageId, NewMessage, UtcMillis};
use uuid::Uuid;

use crate::messaging_action::{CUSTOMER_WAITS, TEAM_WAITS, action, close, desk, prompt};
use crate::support::{Desk, agent, at, inbound};

/// Everything that happened, with what the virtual agent would have said in between.
fn past(life: &Desk, said_by_bot: &[(u128, UtcMillis)]) -> Vec<PastTurn> {
    let text = |message: NewMessage| PastTurn {
        at: message.at,
        fact: PastFact::Text(Box::new(message)),
    };
    let mut turns: Vec<_> = life.messages.iter().cloned().map(text).collect();
    turns.extend(said_by_bot.iter().map(|(id, at)| {
        let like = life.messages.last().unwrap().clone();
        text(NewMessage {
            message_id: MessageId::new(Uuid::from_u128(*id)),
            author: Some(Author::VirtualAgent),
            at: *at,
            ..like
        })
    }));
    turns.extend(
        life.events
            .iter()
            .filter_map(|event| match event.aggregate {
                AggregateRef::Interaction(id) => Some(PastTurn {
                    at: event.at,
                    fact: PastFact::Event(id, event.body.clone()),
                }),
                _ => None,
            }),
    );
    turns.sort_by_key(|turn| turn.at);
    turns
}

#[test]
fn m_12_a_text_of_the_virtual_agent_neither_starts_nor_ends_a_wait() {
    let actions = [
        action(1, CUSTOMER_WAITS, 30, prompt()),
        action(2, TEAM_WAITS, 60, close()),
    ];
    let mut life = desk(&actions);
    life.now = at(0);
    life.arrive(&inbound(1, "Hello?", at(0)));
    life.now = at(3000);
    life.send(agent(1), 1, "Sorry").unwrap();
    // Said while the customer waits, and after the agent's answer.
    let turns = past(&life, &[(0xb07, at(600)), (0xb08, at(4000))]);
    let found: Vec<_> = rehearse(&actions, &turns, at(99_999))
        .iter()
        .map(|it| (it.action, it.at.since(at(0)).0 / 1000))
        .collect();
    assert_eq!(found, [(actions[0].id, 1800), (actions[1].id, 3000 + 3600)]);
}
