//! Q-15 … Q-26: which item is next, and who of those who can take it gets it.

use tern_domain::agents::PresenceState;
use tern_domain::routing::{
    AffinityRule, AssignBy, Behind, Filter, GroupOrder, Outcome, Queue, SkillMode, SkillNeed,
    SortDirection, SortField, SortKey, Stay, Tie, TieKind, Verdict, WorkItem,
};
use tern_domain::{Channel, Millis};

use crate::floor::{Floor, filtered, group, item, offered, pool, queue_id, verdict};
use crate::support::{agent, at};

#[test]
fn q_15_most_capacity_takes_absolute_free_slots_then_the_longest_without_work_then_the_id() {
    let mut floor = Floor::new(3);
    floor.load(1, 3);
    floor.load(2, 1);
    floor.load(3, 1);
    floor.last(2, -10);
    floor.last(3, -20);
    assert_eq!(floor.winner(&item(1, 0)), Some(agent(3)));
    floor.last(3, -10);
    assert_eq!(
        floor.winner(&item(1, 0)),
        Some(agent(2)),
        "the id comes last"
    );
    floor.agent(1).capacity = [(
        Channel::Sms,
        tern_domain::agents::CapacityOverride {
            slots: 9,
            set_at: at(0),
        },
    )]
    .into();
    assert_eq!(
        floor.winner(&item(1, 0)),
        Some(agent(1)),
        "6 free against 3"
    );
}

#[test]
fn q_15_last_assigned_takes_the_longest_without_work_in_the_channel() {
    let mut floor = Floor::new(3);
    floor.rule().assign_by = AssignBy::LastAssigned;
    floor.load(3, 3);
    floor.last(1, -10);
    floor.last(2, -20);
    floor.last(3, -30);
    let decision = floor.one(&item(1, 0));
    assert_eq!(offered(&decision), Some(agent(3)));
    let behind = Verdict::Behind {
        because: Behind::LastAssigned,
    };
    assert_eq!(verdict(&decision, 1), behind);
    floor.last_assigned.remove(&(agent(1), Channel::Sms));
    assert_eq!(floor.winner(&item(1, 0)), Some(agent(1)), "never had any");
}

#[test]
fn q_19_who_said_no_for_good_is_never_offered_it_again() {
    let floor = Floor::new(2);
    let mut declined = item(1, 0);
    declined.never_again.insert(agent(1));
    let decision = floor.one(&declined);
    assert_eq!(offered(&decision), Some(agent(2)));
    assert_eq!(filtered(&decision, 1), Filter::SaidNo);
    declined.never_again.insert(agent(2));
    assert_eq!(
        floor.one(&declined).outcome,
        Outcome::Stays(Stay::NobodyFree)
    );
}

#[test]
fn q_20_a_timed_out_item_returns_only_after_every_other_candidate_was_tried() {
    let mut floor = Floor::new(3);
    floor.load(3, 3);
    let mut tried = item(1, 0);
    let mut order = Vec::new();
    for _ in 0..4 {
        let who = floor.winner(&tried).unwrap();
        order.push(who);
        *tried.tried.entry(who).or_default() += 1;
    }
    assert_eq!(order, [agent(1), agent(2), agent(3), agent(1)]);
    for who in 1..=3 {
        floor.enter(who, PresenceState::AWAY);
    }
    assert_eq!(floor.winner(&tried), None, "with nobody left it stays");
}

#[test]
fn q_22_more_matching_skills_beat_a_higher_level() {
    let mut floor = Floor::new(3);
    floor.rule().skills = SkillMode::Prefer;
    let need = |skill: &str, level, mandatory| SkillNeed {
        skill: skill.to_owned(),
        level,
        mandatory,
    };
    let skilled = WorkItem {
        needs: vec![need("billing", 5, true), need("french", 5, false)],
        ..item(1, 0)
    };
    floor.agent(1).skills = [("billing".to_owned(), 10)].into();
    floor.agent(2).skills = [("billing".to_owned(), 1), ("french".to_owned(), 1)].into();
    assert_eq!(floor.winner(&skilled), Some(agent(2)));
    floor.agent(3).skills = [("billing".to_owned(), 5), ("french".to_owned(), 1)].into();
    let decision = floor.one(&skilled);
    assert_eq!(
        offered(&decision),
        Some(agent(3)),
        "more at sufficient level"
    );
    let behind = Verdict::Behind {
        because: Behind::Skills,
    };
    assert_eq!(verdict(&decision, 2), behind);
    floor.rule().skills = SkillMode::Mandatory;
    floor.enter(3, PresenceState::AWAY);
    let decision = floor.one(&skilled);
    assert_eq!(
        offered(&decision),
        Some(agent(1)),
        "only billing is mandatory"
    );
    let lacks = Filter::Skill {
        skill: "billing".to_owned(),
    };
    assert_eq!(filtered(&decision, 2), lacks);
}

#[test]
fn q_22_a_queue_says_what_its_work_needs_and_an_item_can_say_more() {
    let mut floor = Floor::new(2);
    let need = |skill: &str, level| SkillNeed {
        skill: skill.to_owned(),
        level,
        mandatory: true,
    };
    floor.rule().skills = SkillMode::Mandatory;
    floor.queue().needs = vec![need("French", 5)];
    floor.load(2, 3);
    floor.agent(2).skills = [("french".to_owned(), 5)].into();
    assert_eq!(
        floor.winner(&item(1, 0)),
        Some(agent(2)),
        "whoever knows it, however it is written and however little room there is"
    );
    let harder = WorkItem {
        needs: vec![need("french", 8)],
        ..item(2, 0)
    };
    let decision = floor.one(&harder);
    assert_eq!(decision.outcome, Outcome::Stays(Stay::NobodyFree));
    let lacks = Filter::Skill {
        skill: "french".to_owned(),
    };
    assert_eq!(filtered(&decision, 2), lacks, "the item's own level counts");
    floor.rule().skills = SkillMode::Ignore;
    assert_eq!(floor.winner(&harder), Some(agent(1)), "by room alone");
}

#[test]
fn q_23_sort_conditions_decide_which_item_is_next() {
    let mut floor = Floor::new(1);
    floor.load(1, 3);
    let (old, new) = (item(1, 0), item(2, 5));
    let urgent = WorkItem {
        priority: 1,
        ..item(3, 9)
    };
    floor.now = at(10);
    let first = |floor: &Floor, items: &[WorkItem]| {
        let decisions = floor.decide(items);
        let mut found = decisions.iter().filter(|one| offered(one).is_some());
        let first = found.next().unwrap().item;
        assert!(found.next().is_none());
        first
    };
    assert_eq!(
        first(&floor, &[new.clone(), old.clone()]),
        old.id,
        "then oldest"
    );
    let all = [new.clone(), old, urgent.clone()];
    assert_eq!(first(&floor, &all), urgent.id, "priority first");
    floor.queue().sort = vec![SortKey {
        field: SortField::WaitingSince,
        direction: SortDirection::Descending,
    }];
    assert_eq!(first(&floor, &all), urgent.id, "the newest");
    assert_eq!(first(&floor, &all[..2]), new.id);
}

#[test]
fn q_24_affinity_prefers_but_never_overrides() {
    let mut floor = Floor::new(3);
    let rule = |kind, order| AffinityRule {
        kind,
        days_back: 30,
        order,
    };
    floor.queue().affinity = vec![rule(TieKind::Account, 2), rule(TieKind::Customer, 1)];
    let tie = |kind, who, days| Tie {
        kind,
        agent: agent(who),
        at: at(0) - Millis::days(days),
    };
    let waiting = item(1, 0);
    floor.ties.insert(
        waiting.id,
        vec![tie(TieKind::Account, 2, 1), tie(TieKind::Customer, 3, 20)],
    );
    let decision = floor.one(&waiting);
    assert_eq!(offered(&decision), Some(agent(3)), "the lowest order first");
    let behind = Verdict::Behind {
        because: Behind::Affinity,
    };
    assert_eq!(verdict(&decision, 1), behind);
    floor.load(3, 4);
    assert_eq!(
        floor.winner(&waiting),
        Some(agent(2)),
        "full: the next rule"
    );
    floor.enter(2, PresenceState::AWAY);
    assert_eq!(floor.winner(&waiting), Some(agent(1)), "no match: Q-15");
    floor.loads.clear();
    floor
        .ties
        .insert(waiting.id, vec![tie(TieKind::Customer, 3, 31)]);
    assert_eq!(floor.winner(&waiting), Some(agent(1)), "too long ago");
}

#[test]
fn q_25_a_whole_round_over_all_queues_runs_per_tier() {
    let mut floor = Floor::new(2);
    floor.agent(2).groups = [group(2)].into();
    // Queue 1 asks both groups, group 2 in a later tier; queue 2 asks group 1 in the first tier.
    floor.queue().pools = vec![pool(0, &[group(1), group(2)])];
    floor.queue().group_orders = vec![GroupOrder {
        group: group(1),
        order: 200,
    }];
    floor.config.queues.push(Queue {
        name: "Second".to_owned(),
        order: 2000,
        pools: vec![pool(0, &[group(1)])],
        ..Queue::shipped(queue_id(2))
    });
    floor.load(1, 3);
    floor.load(2, 4);
    let first = WorkItem {
        queue: Some(queue_id(1)),
        ..item(1, 0)
    };
    let second = WorkItem {
        queue: Some(queue_id(2)),
        ..item(2, 5)
    };
    let decisions = floor.decide(&[first.clone(), second]);
    assert_eq!(
        offered(&decisions[1]),
        Some(agent(1)),
        "tier 100 goes before tier 200"
    );
    assert_eq!(offered(&decisions[0]), None);
    floor.loads.clear();
    let decision = floor.one(&first);
    assert_eq!(offered(&decision), Some(agent(2)));
    let behind = Verdict::Behind {
        because: Behind::Tier,
    };
    assert_eq!(verdict(&decision, 1), behind);
}

#[test]
fn q_26_a_queue_above_ten_thousand_items_looks_at_the_first_ten_thousand() {
    let mut floor = Floor::new(1);
    floor.load(1, 4);
    let items: Vec<_> = (0..10_003).map(|n| item(n, 0)).collect();
    let decisions = floor.decide(&items);
    let beyond = decisions
        .iter()
        .filter(|decision| decision.outcome == Outcome::Stays(Stay::QueueTooLong))
        .count();
    assert_eq!(beyond, 3);
}
