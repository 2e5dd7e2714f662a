//! H-10 … H-12, H-14, A-2, A-7, I-17, M-12: who takes part, what is whispered, and what the requester gets.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tern_domain::agents::{LeftWorkGoesTo, plan_leaving};
use tern_domain::desk::{Audience, NoteAct, NoteRefusal, plan_note, whisper_reaches};
use tern_domain::routing::{TransferTo, WorkItemState, plan_transfer};
use tern_domain::{
    ActContext, AgentId, Authority, Effect, EventBody, Handler, InteractionAct, InteractionState,
    LiveGroupAct, LiveGroupRefusal, MessageId, Millis, NoteId, NoticeKind, OutgoingText, Plan,
    SendContext, SendRefusal, SystemMessage, plan_live_group, plan_send, schedule::UndoHold,
};
use uuid::Uuid;

use crate::support::{Desk, TEAM, agent, at, inbound, number};

const ANA: u128 = 1;
const BEN: u128 = 2;
const SAM: u128 = 3;

fn ctx(desk: &Desk, who: u128, authority: Authority) -> ActContext {
    ActContext {
        now: desk.now,
        agent: agent(who),
        authority,
    }
}

/// Ana has the conversation.
fn desk_with_ana() -> Desk {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(ANA), InteractionAct::Take).unwrap();
    desk
}

fn add(whom: u128) -> LiveGroupAct {
    LiveGroupAct::Add {
        agent: agent(whom),
        is_with_team: true,
    }
}

fn remove(whom: u128) -> LiveGroupAct {
    LiveGroupAct::Remove { agent: agent(whom) }
}

impl Desk {
    fn change_group(
        &mut self,
        who: u128,
        authority: Authority,
        act: LiveGroupAct,
    ) -> Result<(), LiveGroupRefusal> {
        let ctx = ctx(self, who, authority);
        let plan = plan_live_group(&self.load(None), act, &ctx, &mut self.ids)?;
        self.apply(plan);
        Ok(())
    }

    fn whisper(&mut self, who: u128, authority: Authority) -> Result<Plan, NoteRefusal> {
        let act = NoteAct::Write {
            id: NoteId::new(Uuid::from_u128(0x77 + self.notes.len() as u128)),
            body: "Offer him ten percent".into(),
            audience: Audience::LiveGroup,
        };
        let ctx = ctx(self, who, authority);
        let plan = plan_note(&self.load(None), None, false, act, &ctx, &mut self.ids)?;
        self.apply(plan.clone());
        Ok(plan)
    }

    fn group(&self) -> Vec<AgentId> {
        let active = self.active().unwrap();
        active.live_group.iter().copied().collect()
    }

    fn told(&self, who: u128, kind: NoticeKind) -> usize {
        let told = |notice: &&tern_domain::Notice| {
            notice.agent == agent(who) && notice.kind == kind && notice.by != agent(who)
        };
        self.notices.iter().filter(told).count()
    }
}

#[test]
fn h_11_an_added_agent_takes_part_without_having_it_and_is_told() {
    let mut desk = desk_with_ana();
    desk.change_group(ANA, Authority::Agent, add(BEN)).unwrap();
    assert_eq!(desk.group(), [agent(ANA), agent(BEN)]);
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(ANA)));
    assert_eq!(desk.told(BEN, NoticeKind::Added), 1);
    let before = desk.bodies().len();
    desk.send(agent(BEN), 1, "I can add something").unwrap();
    let joins = desk.bodies()[before..]
        .iter()
        .any(|body| matches!(body, EventBody::AgentJoined { .. }));
    assert!(!joins, "a co-agent writes publicly without joining again");
}

#[test]
fn i_17_who_may_change_the_live_group() {
    use LiveGroupRefusal::{DoesNotTakePart, HasIt, NotYours, NotYoursToTakeOut, TakesPartAlready};
    // Ana has it, Ben takes part, Sam does neither. Who, as what, does what: what comes of it.
    let rows: [(u128, Authority, LiveGroupAct, Result<(), LiveGroupRefusal>); 11] = [
        (ANA, Authority::Agent, add(4), Ok(())),
        (BEN, Authority::Agent, add(4), Ok(())),
        (SAM, Authority::Agent, add(4), Err(NotYours)),
        (SAM, Authority::Agent, add(SAM), Err(NotYours)),
        (SAM, Authority::Supervisor, add(SAM), Ok(())),
        (ANA, Authority::Agent, add(BEN), Err(TakesPartAlready)),
        (BEN, Authority::Agent, remove(BEN), Ok(())),
        (ANA, Authority::Agent, remove(BEN), Ok(())),
        (ANA, Authority::Agent, remove(ANA), Err(HasIt)),
        (BEN, Authority::Agent, remove(ANA), Err(HasIt)),
        (ANA, Authority::Agent, remove(SAM), Err(DoesNotTakePart)),
    ];
    for (who, authority, act, expected) in rows {
        let mut desk = desk_with_ana();
        desk.change_group(ANA, Authority::Agent, add(BEN)).unwrap();
        assert_eq!(
            desk.change_group(who, authority, act),
            expected,
            "{who} {act:?}"
        );
    }
    let mut desk = desk_with_ana();
    for whom in [BEN, SAM] {
        desk.change_group(ANA, Authority::Agent, add(whom)).unwrap();
    }
    let by_a_colleague = desk.change_group(BEN, Authority::Agent, remove(SAM));
    assert_eq!(by_a_colleague, Err(NotYoursToTakeOut));
    let gone = LiveGroupAct::Add {
        agent: agent(5),
        is_with_team: false,
    };
    assert_eq!(
        desk.change_group(ANA, Authority::Agent, gone),
        Err(LiveGroupRefusal::NotWithTheTeam)
    );
}

#[test]
fn h_11_there_is_no_group_where_nobody_has_the_conversation() {
    let mut desk = Desk::new();
    let supervised = Authority::Supervisor;
    assert_eq!(
        desk.change_group(SAM, supervised, add(BEN)),
        Err(LiveGroupRefusal::NothingActive)
    );
    desk.arrive(&inbound(1, "hello", at(0)));
    assert_eq!(
        desk.change_group(SAM, supervised, add(BEN)),
        Err(LiveGroupRefusal::NobodyHasIt)
    );
    assert_eq!(
        desk.whisper(SAM, supervised).unwrap_err(),
        NoteRefusal::NobodyToHear
    );
}

#[test]
fn h_11_a_whisper_reaches_the_agents_and_has_no_way_to_the_carrier() {
    let mut desk = desk_with_ana();
    let texts = desk.messages.len();
    let plan = desk.whisper(SAM, Authority::Supervisor).unwrap();
    assert!(plan.effects.iter().all(|effect| !matches!(
        effect,
        Effect::StoreMessage(_) | Effect::Enqueue(_) | Effect::UpdateOutbox(_)
    )));
    assert_eq!((desk.messages.len(), desk.outbox.len()), (texts, 0));
    assert_eq!(desk.notes[0].whispered_to, [agent(ANA)].into());
    assert_eq!(desk.told(ANA, NoticeKind::Whispered), 1);
    assert_eq!(desk.group(), [agent(ANA)], "whispering is not joining");
    // Ana can answer the same way, though she is alone in the group.
    desk.whisper(ANA, Authority::Agent).unwrap();
    assert_eq!(desk.notes[1].whispered_to, [agent(SAM)].into());
    let words = format!("{:?}", desk.events);
    assert!(
        !words.contains("percent"),
        "no words of a whisper in events"
    );
}

#[test]
fn h_11_only_those_who_take_part_and_supervisors_whisper() {
    let mut desk = desk_with_ana();
    assert_eq!(
        desk.whisper(BEN, Authority::Agent).unwrap_err(),
        NoteRefusal::MayNotWhisper
    );
    assert_eq!(
        desk.whisper(ANA, Authority::Agent).unwrap_err(),
        NoteRefusal::NobodyToHear,
        "nobody but herself"
    );
    desk.change_group(ANA, Authority::Agent, add(BEN)).unwrap();
    desk.whisper(BEN, Authority::Agent).unwrap();
    desk.act(agent(ANA), InteractionAct::Finish).unwrap();
    let reaches = whisper_reaches(&desk.load(None), agent(SAM), Authority::Supervisor);
    assert_eq!(reaches, Err(NoteRefusal::NobodyToHear));
}

#[test]
fn h_11_the_first_public_text_needs_a_confirmation_and_joins() {
    let mut desk = desk_with_ana();
    desk.whisper(SAM, Authority::Supervisor).unwrap();
    let numbers = [number(TEAM)];
    let text = OutgoingText {
        message_id: MessageId::new(Uuid::from_u128(9)),
        body: "This is the supervisor".into(),
        media: Vec::new(),
    };
    let send = |desk: &mut Desk, who: u128, joins| {
        let ctx = SendContext {
            now: desk.now,
            agent: agent(who),
            undo_hold: UndoHold::OFF,
            provider_numbers: &numbers,
            joins,
        };
        plan_send(&desk.load(None), &text, &ctx, &mut desk.ids)
    };
    let refused = send(&mut desk, SAM, false).unwrap_err();
    assert_eq!(refused, SendRefusal::JoinsLiveGroup { agent: agent(ANA) });
    assert!(send(&mut desk, ANA, false).is_ok(), "it is hers");
    let plan = send(&mut desk, SAM, true).unwrap();
    desk.apply(plan);
    assert_eq!(desk.group(), [agent(ANA), agent(SAM)]);
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(ANA)));
    assert!(send(&mut desk, SAM, false).is_ok(), "asked once only");
}

#[test]
fn m_12_private_words_neither_start_nor_satisfy_a_wait() {
    let mut desk = desk_with_ana();
    let waiting = desk.state.clocks;
    desk.now = at(60);
    desk.whisper(SAM, Authority::Supervisor).unwrap();
    assert_eq!(desk.state.clocks, waiting);
}

#[test]
fn h_10_handing_on_takes_the_first_agent_out_and_leaves_the_others_in() {
    let mut desk = desk_with_ana();
    desk.change_group(ANA, Authority::Agent, add(BEN)).unwrap();
    let to = TransferTo::Agent {
        agent: agent(SAM),
        takes_work: true,
        timeout: None,
    };
    let by_ana = ctx(&desk, ANA, Authority::Agent);
    let plan = plan_transfer(&desk.load(None), to, &by_ana, &mut desk.ids).unwrap();
    desk.apply(plan);
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(ANA)));
    let item = desk.state.work.last().unwrap().id;
    let answering = tern_domain::routing::OfferContext {
        now: desk.now,
        agent: agent(SAM),
        rule: None,
        telling: None,
    };
    let plan = tern_domain::routing::plan_answer(
        &desk.load(None),
        item,
        tern_domain::routing::OfferAnswer::Accept,
        &answering,
        &mut desk.ids,
    )
    .unwrap();
    desk.apply(plan);
    assert_eq!(desk.group(), [agent(BEN), agent(SAM)]);
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(SAM)));
}

#[test]
fn q_21_work_of_a_leaving_agent_goes_to_the_queue_also_from_hold() {
    for held in [false, true] {
        let mut desk = desk_with_ana();
        if held {
            desk.act(agent(ANA), InteractionAct::Hold).unwrap();
        }
        let admin = ctx(&desk, SAM, Authority::Supervisor);
        let state = desk.load(None);
        let plan = plan_leaving(
            &state,
            agent(ANA),
            LeftWorkGoesTo::Queue,
            &admin,
            &mut desk.ids,
        );
        desk.apply(plan);
        let active = desk.active().unwrap();
        assert_eq!(active.state, InteractionState::New);
        assert_eq!((active.handler, active.assigned_to), (Handler::Queue, None));
        assert!(active.live_group.is_empty());
        let open: Vec<_> = desk.state.work.iter().map(|item| item.state).collect();
        assert_eq!(open, [WorkItemState::Queued]);
    }
}

#[test]
fn q_21_work_of_a_leaving_agent_goes_to_a_colleague_who_is_told() {
    let mut desk = desk_with_ana();
    desk.act(agent(ANA), InteractionAct::Hold).unwrap();
    let admin = ctx(&desk, SAM, Authority::Supervisor);
    let heir = LeftWorkGoesTo::Agent(agent(BEN));
    let plan = plan_leaving(&desk.load(None), agent(ANA), heir, &admin, &mut desk.ids);
    desk.apply(plan);
    let active = desk.active().unwrap();
    assert_eq!(active.assigned_to, Some(agent(BEN)));
    assert_eq!(active.state, InteractionState::OnHold, "as it was");
    assert_eq!(desk.group(), [agent(BEN)]);
    assert_eq!(desk.told(BEN, NoticeKind::Given), 1);
    let holders: Vec<_> = desk.state.work.iter().map(|item| item.assignee).collect();
    assert_eq!(holders, [Some(agent(BEN))]);
}

#[test]
fn q_21_a_leaving_co_agent_leaves_and_an_offer_to_them_is_withdrawn() {
    let mut desk = desk_with_ana();
    desk.change_group(ANA, Authority::Agent, add(BEN)).unwrap();
    let to = TransferTo::Agent {
        agent: agent(BEN),
        takes_work: true,
        timeout: Some(Millis::minutes(1)),
    };
    let by_ana = ctx(&desk, ANA, Authority::Agent);
    let plan = plan_transfer(&desk.load(None), to, &by_ana, &mut desk.ids).unwrap();
    desk.apply(plan);
    let admin = ctx(&desk, SAM, Authority::Supervisor);
    let queue = LeftWorkGoesTo::Queue;
    let plan = plan_leaving(&desk.load(None), agent(BEN), queue, &admin, &mut desk.ids);
    desk.apply(plan);
    assert_eq!(desk.group(), [agent(ANA)]);
    assert!(
        desk.state
            .work
            .iter()
            .all(|item| item.assignee == Some(agent(ANA))),
        "nothing is offered to who is gone"
    );
    assert!(desk.timers.is_empty());
    let plan = plan_leaving(&desk.load(None), agent(BEN), queue, &admin, &mut desk.ids);
    assert!(plan.is_empty(), "nothing is left to do");
}

#[test]
fn h_14_what_the_requester_gets_of_what_tern_says() {
    use SystemMessage as S;
    let shown = [
        (S::EndedByAgent, true),
        (S::EndedByRequester, true),
        (S::FirstAgentResponse, true),
        (S::EndedBySystem, false),
        (S::SomeoneEntered, false),
        (S::IdleWarning, false),
        (S::Prompt, true),
        (S::Subscription, true),
        (S::NobodyAvailable, true),
    ];
    assert_eq!(shown.len(), S::ALL.len());
    for (message, expected) in shown {
        assert_eq!(message.is_shown_to_requester(), expected, "{message:?}");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Act(u128, InteractionAct),
    Group(u128, LiveGroupAct),
    Write(u128),
    Whisper(u128),
    Leave(u128, Option<u128>),
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || 1..5_u128;
    let act = prop::sample::select(vec![
        InteractionAct::Take,
        InteractionAct::PutBack,
        InteractionAct::Hold,
        InteractionAct::Resume,
        InteractionAct::Finish,
    ]);
    prop_oneof![
        (who(), act).prop_map(|(who, act)| Step::Act(who, act)),
        (who(), who()).prop_map(|(who, whom)| Step::Group(who, add(whom))),
        (who(), who()).prop_map(|(who, whom)| Step::Group(who, remove(whom))),
        who().prop_map(Step::Write),
        who().prop_map(Step::Whisper),
        (who(), prop::option::of(who())).prop_map(|(who, heir)| Step::Leave(who, heir)),
    ]
}

proptest! {
    #[test]
    fn h_11_at_most_one_has_it_and_whoever_has_it_takes_part(
        steps in prop::collection::vec(any_step(), 1..40),
    ) {
        let mut desk = Desk::new();
        desk.arrive(&inbound(1, "hello", at(0)));
        let mut texts = 0;
        for step in steps {
            match step {
                Step::Act(who, act) => drop(desk.act_as(agent(who), Authority::Supervisor, act)),
                Step::Group(who, act) => drop(desk.change_group(who, Authority::Supervisor, act)),
                Step::Write(who) => {
                    texts += 1;
                    desk.send(agent(who), texts, "Hi").unwrap();
                }
                Step::Whisper(who) => drop(desk.whisper(who, Authority::Supervisor)),
                Step::Leave(who, heir) if heir != Some(who) => {
                    let to = heir.map_or(LeftWorkGoesTo::Queue, |heir| LeftWorkGoesTo::Agent(agent(heir)));
                    let admin = ctx(&desk, 9, Authority::Supervisor);
                    let plan = plan_leaving(&desk.load(None), agent(who), to, &admin, &mut desk.ids);
                    desk.apply(plan);
                    let left = desk.active().is_none_or(|active| !active.live_group.contains(&agent(who)));
                    prop_assert!(left);
                }
                Step::Leave(..) => {}
            }
            let Some(active) = desk.active() else { continue };
            let has_it: BTreeSet<_> = active.assigned_to.into_iter().collect();
            prop_assert!(has_it.is_subset(&active.live_group));
            prop_assert_eq!(active.assigned_to.is_some(), active.state != InteractionState::New);
            let loaded: Vec<_> = desk.state.work.iter().filter(|item| item.is_held()).collect();
            prop_assert!(loaded.len() <= 1);
            prop_assert_eq!(loaded.first().and_then(|item| item.assignee), active.assigned_to);
        }
        prop_assert_eq!(desk.outbox.len() as u128, texts);
    }
}
