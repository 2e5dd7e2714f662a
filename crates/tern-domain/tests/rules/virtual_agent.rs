//! The virtual agent beside live agents: whose answer its texts are, topics that agents run, handing back.

use tern_domain::condition::Facts;
use tern_domain::messaging_action::{MessagingAction, PastFact, PastTurn, rehearse};
use tern_domain::{
    ActContext, AggregateRef, Author, Authority, AutopilotTopic, BotRefusal, Handler,
    InteractionAct, InteractionState, MessageId, NewMessage, NoticeKind, SendRefusal, UtcMillis,
    plan_autopilot, plan_autopilot_end, plan_autopilot_stop, plan_hand_back, plan_return_to_bot,
};
use uuid::Uuid;

use crate::messaging_action::{
    CUSTOMER_WAITS, TEAM_WAITS, action, armed, close, desk, fire_due, prompt,
};
use crate::support::{Desk, TEAM, agent, at, inbound, number};

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

/// A conversation that agent 1 has taken, over a wait since second 100.
fn taken(actions: &[MessagingAction]) -> Desk {
    let mut desk = desk(actions);
    desk.now = at(100);
    desk.arrive(&inbound(1, "Hello?", at(100)));
    desk.now = at(200);
    desk.act(agent(1), InteractionAct::Take).unwrap();
    desk
}

fn ctx(desk: &Desk, who: u128) -> ActContext {
    ActContext {
        now: desk.now,
        agent: agent(who),
        authority: Authority::Agent,
    }
}

fn start(desk: &mut Desk, who: u128) -> Result<(), BotRefusal> {
    let topic = AutopilotTopic {
        name: "report_problem".to_owned(),
        title: "Report a problem".to_owned(),
    };
    let (state, ctx, mut ids) = (desk.load(None), ctx(desk, who), desk.ids.clone());
    let plan = plan_autopilot(&state, &topic, &[number(TEAM)], &ctx, &mut ids)?;
    desk.ids = ids;
    desk.apply(plan);
    Ok(())
}

/// The topic ends by itself.
fn end(desk: &mut Desk, completed: bool) {
    let state = desk.load(None);
    let plan = plan_autopilot_end(&state, completed, desk.now, &mut desk.ids).unwrap();
    desk.apply(plan);
}

fn stop(desk: &mut Desk) {
    let (state, ctx) = (desk.load(None), ctx(desk, 1));
    let plan = plan_autopilot_stop(&state, &ctx, &mut desk.ids).unwrap();
    desk.apply(plan);
}

#[test]
fn m_14_waits_stand_still_while_a_topic_runs_and_go_on_with_what_was_left() {
    let actions = [
        action(1, CUSTOMER_WAITS, 30, prompt()),
        action(2, TEAM_WAITS, 60, close()),
    ];
    let mut desk = taken(&actions);
    assert_eq!(armed(&desk), [(1, 100 + 1800)]);
    desk.now = at(600);
    start(&mut desk, 1).unwrap();
    assert_eq!(armed(&desk), [], "nothing runs meanwhile");
    desk.now = at(900);
    desk.arrive(&inbound(2, "My chair broke", at(900)));
    assert_eq!(
        armed(&desk),
        [],
        "what is told the topic waits for no agent"
    );
    desk.now = at(1500);
    end(&mut desk, true);
    // 500 of 1800 seconds had passed.
    assert_eq!(armed(&desk), [(1, 1500 + 1300)]);
}

#[test]
fn m_14_and_m_3_whoever_tells_the_topic_something_has_answered_the_agent() {
    let actions = [action(2, TEAM_WAITS, 60, close())];
    for answers in [false, true] {
        let mut desk = taken(&actions);
        desk.send(agent(1), 1, "One moment").unwrap();
        desk.now = at(300);
        start(&mut desk, 1).unwrap();
        if answers {
            desk.arrive(&inbound(2, "Yes", at(300)));
        }
        desk.now = at(900);
        stop(&mut desk);
        let left = if answers {
            vec![]
        } else {
            vec![(2, 900 + 3500)]
        };
        assert_eq!(armed(&desk), left);
    }
}

#[test]
fn m_14_and_m_13_what_has_had_its_firing_does_not_fire_again_after_the_topic() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = taken(&actions);
    desk.now = at(1900);
    let fired = fire_due(&mut desk, &actions, &Facts::new());
    assert_eq!(fired.len(), 1);
    start(&mut desk, 1).unwrap();
    desk.now = at(2500);
    stop(&mut desk);
    assert_eq!(armed(&desk), []);
    desk.now = at(9000);
    assert!(fire_due(&mut desk, &actions, &Facts::new()).is_empty());
}

#[test]
fn m_14_a_rehearsal_lets_waits_stand_still_too() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut life = taken(&actions);
    life.now = at(600);
    start(&mut life, 1).unwrap();
    life.now = at(1500);
    end(&mut life, true);
    let found: Vec<_> = rehearse(&actions, &past(&life, &[]), at(99_999))
        .iter()
        .map(|it| it.at.since(at(0)).0 / 1000)
        .collect();
    assert_eq!(found, [1500 + 1300]);
}

#[test]
fn h_9_while_a_topic_runs_the_agent_writes_nothing_keeps_their_slot_and_is_told_of_the_end() {
    let mut desk = taken(&[]);
    start(&mut desk, 1).unwrap();
    assert_eq!(
        desk.send(agent(1), 1, "Me too"),
        Err(SendRefusal::AutopilotRuns)
    );
    assert_eq!(start(&mut desk, 1), Err(BotRefusal::Running));
    let holds: Vec<_> = desk
        .work
        .values()
        .map(|item| (item.assignee, item.is_held()))
        .collect();
    assert!(holds.contains(&(Some(agent(1)), true)));
    assert!(
        desk.act(agent(1), InteractionAct::Hold).is_err(),
        "a slot cannot be freed by parking it"
    );
    end(&mut desk, true);
    let told: Vec<_> = desk.notices.iter().map(|it| (it.agent, it.kind)).collect();
    assert_eq!(told, [(agent(1), NoticeKind::AutopilotEnded)]);
    desk.send(agent(1), 2, "There you are").unwrap();

    // Whoever takes over themselves needs not be told.
    start(&mut desk, 1).unwrap();
    stop(&mut desk);
    assert_eq!(desk.notices.len(), 1);
}

#[test]
fn h_9_a_topic_is_run_by_whoever_has_the_conversation_and_ends_with_their_having_it() {
    let mut desk = desk(&[]);
    assert_eq!(start(&mut desk, 1), Err(BotRefusal::NothingActive));
    desk.arrive(&inbound(1, "Hello?", at(0)));
    assert_eq!(start(&mut desk, 1), Err(BotRefusal::NotAnAgents));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    assert_eq!(
        start(&mut desk, 2),
        Err(BotRefusal::AssignedToSomebodyElse { agent: agent(1) })
    );
    for act in [InteractionAct::PutBack, InteractionAct::Finish] {
        start(&mut desk, 1).unwrap();
        desk.act(agent(1), act).unwrap();
        let left = desk.state.latest_interaction.as_ref().unwrap();
        assert_eq!((left.autopilot.as_ref(), left.suspended_at), (None, None));
        if act == InteractionAct::PutBack {
            desk.act(agent(1), InteractionAct::Take).unwrap();
        }
    }
    assert!(desk.notices.is_empty(), "they did it themselves");
}

#[test]
fn h_9_and_r_8_a_text_that_is_too_late_for_a_bot_is_the_agents_again() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = taken(&actions);
    desk.send(agent(1), 1, "Let me ask you something").unwrap();
    start(&mut desk, 1).unwrap();
    desk.now = at(9000);
    desk.arrive(&inbound(2, "Sorry, no signal", at(400)));
    assert_eq!(desk.active().unwrap().autopilot, None);
    assert_eq!(desk.notices.len(), 1);
    assert_eq!(desk.state.clocks.waiting_since, Some(at(400)));
}

#[test]
fn w_1_handing_back_frees_the_agent_and_wraps_nothing_up() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = taken(&actions);
    desk.state.wrap_up = Some(crate::wrap_up::terms(false));
    let (state, other) = (desk.load(None), ctx(&desk, 2));
    assert_eq!(
        plan_hand_back(&state, &[number(TEAM)], &other, &mut desk.ids),
        Err(BotRefusal::AssignedToSomebodyElse { agent: agent(1) })
    );
    let own = ctx(&desk, 1);
    let plan = plan_hand_back(&state, &[number(TEAM)], &own, &mut desk.ids).unwrap();
    desk.apply(plan);
    let active = desk.active().unwrap();
    assert_eq!(
        (active.handler, active.state, active.assigned_to),
        (
            Handler::VirtualAgent,
            InteractionState::WorkInProgress,
            None
        )
    );
    assert!(active.wrap_up.is_none());
    assert!(desk.work.values().all(|item| !item.is_open()));
    assert_eq!(armed(&desk), [], "nobody waits for an agent");
    assert_eq!(desk.state.clocks.waiting_since, None);
    // whoever writes to the customer then begins anew.
    desk.send(agent(2), 1, "Me again").unwrap();
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(2)));
    assert_eq!(desk.interactions.len(), 2);
}

#[test]
fn q_13_what_nobody_took_in_time_goes_back_to_the_virtual_agent() {
    let mut desk = desk(&[]);
    desk.arrive(&inbound(1, "Hello?", at(0)));
    let state = desk.load(None);
    assert_eq!(
        plan_return_to_bot(&state, desk.now, &mut desk.ids),
        None,
        "it waits yet"
    );
    for item in &mut desk.state.work {
        item.ended_at = Some(at(10));
    }
    let state = desk.load(None);
    let plan = plan_return_to_bot(&state, at(10), &mut desk.ids).unwrap();
    desk.apply(plan);
    let active = desk.active().unwrap();
    assert_eq!(
        (active.handler, active.state),
        (Handler::VirtualAgent, InteractionState::WorkInProgress)
    );
}
