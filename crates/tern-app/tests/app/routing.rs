//! What is configured about routing: queues, presence states, room and order, refused where they are wrong.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{Rig, wait_for};
use crate::team::{add_agent, customer, me, offer, sign_in, staffed, view};

#[tokio::test]
async fn queues_are_refused_where_they_are_wrong_and_saved_where_they_are_right() {
    let rig = Rig::practising().await;
    let settings = rig.app.routing_settings().await.unwrap();
    let first = settings.queues[0].clone();
    let bad = QueueView {
        hours: Some(HoursView {
            time_zone: "Europe/Vienna".to_owned(),
            week: vec![
                vec![SpanView { from: 600, to: 540 }],
                vec![],
                vec![],
                vec![],
                vec![],
                vec![],
                vec![],
            ],
            exceptions: vec![],
        }),
        ..first.clone()
    };
    let refused = rig.app.save_queue(bad).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(
        refused.message.contains("end before they begin"),
        "{}",
        refused.message
    );
    let odd = QueueView {
        intake: IntakeView::When {
            condition: "moon == 'full'".to_owned(),
        },
        id: String::new(),
        name: "Odd".to_owned(),
        ..first.clone()
    };
    let refused = rig.app.save_queue(odd.clone()).await.unwrap_err();
    assert!(
        refused.message.contains("cannot be understood"),
        "{}",
        refused.message
    );
    let vips = QueueView {
        intake: IntakeView::When {
            condition: format!("requester_number == '{}'", customer(&rig).await),
        },
        name: "One customer".to_owned(),
        order: 10,
        ..odd
    };
    let settings = rig.app.save_queue(vips).await.unwrap();
    assert_eq!(
        settings.queues[0].name, "One customer",
        "lowest order first"
    );
    let row = rig.text(&customer(&rig).await, "hello").await;
    let work = wait_for(&rig.app, "a queue", async || {
        view(&rig, row.id)
            .await
            .work
            .filter(|work| work.queue.is_some())
    })
    .await;
    assert_eq!(work.queue.as_deref(), Some("One customer"), "Q-4");
    let remove = |id: &str| RoutingRef { id: id.to_owned() };
    let refused = rig.app.remove_queue(remove(&settings.queues[0].id)).await;
    assert!(refused.unwrap_err().message.contains("wait in this queue"));
    let refused = rig.app.remove_queue(remove(&first.id)).await;
    assert!(refused.unwrap_err().message.contains("has to stay"));
}

#[tokio::test]
async fn q_11_a_presence_state_of_ones_own_is_chosen_and_goes_once_nobody_is_in_it() {
    let rig = Rig::practising().await;
    let lunch = PresenceEntry {
        id: String::new(),
        name: " Lunch ".to_owned(),
        colour: PresenceColour::Yellow,
        receives_work: false,
        group_ids: Vec::new(),
        shipped: false,
    };
    let settings = rig.app.save_presence_state(lunch.clone()).await.unwrap();
    let made = settings.presence.last().unwrap().clone();
    assert_eq!((made.name.as_str(), made.shipped), ("Lunch", false));
    let twice = rig.app.save_presence_state(lunch).await.unwrap_err();
    assert!(twice.message.contains("is taken"), "{}", twice.message);

    let choose = |state_id: &str| ChoosePresence {
        state_id: state_id.to_owned(),
    };
    let team = rig.app.choose_presence(choose(&made.id)).await.unwrap();
    assert_eq!(me(&team).presence.name, "Lunch");
    let gone = RoutingRef {
        id: made.id.clone(),
    };
    let refused = rig.app.remove_presence_state(gone.clone()).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);

    let available = settings.presence.first().unwrap();
    rig.app
        .choose_presence(choose(&available.id))
        .await
        .unwrap();
    let settings = rig.app.remove_presence_state(gone).await.unwrap();
    assert_eq!(settings.presence.len(), 3);
    let back = rig.app.save_presence_state(made.clone()).await.unwrap();
    assert_eq!(
        back.presence.last(),
        Some(&made),
        "taking the removal back restores the same"
    );
    let shipped = RoutingRef {
        id: back.presence.first().unwrap().id.clone(),
    };
    assert!(rig.app.remove_presence_state(shipped).await.is_err());
}

#[tokio::test]
async fn q_7_and_q_23_room_and_order_are_configured_and_nonsense_is_refused() {
    let rig = Rig::practising().await;
    let settings = rig.app.save_slots(SaveSlots { slots: 2 }).await.unwrap();
    assert_eq!(settings.slots, 2);
    let team = rig.app.team().await.unwrap();
    assert_eq!(me(&team).slots_in_force, 2);
    assert!(rig.app.save_slots(SaveSlots { slots: 0 }).await.is_err());

    let mut queue = settings.queues.first().unwrap().clone();
    assert_eq!(queue.next, QueueOrder::LongestWait);
    for next in [
        QueueOrder::Newest,
        QueueOrder::LeastOffered,
        QueueOrder::LongestWait,
    ] {
        queue.next = next;
        let settings = rig.app.save_queue(queue.clone()).await.unwrap();
        assert_eq!(settings.queues.first().unwrap().next, next);
    }
    queue.affinity_days = Some(31);
    let refused = rig.app.save_queue(queue).await.unwrap_err();
    assert!(refused.message.contains("30 days"), "{}", refused.message);
}

#[tokio::test]
async fn q_22_work_that_needs_a_skill_waits_for_an_agent_who_has_it() {
    let (rig, group) = staffed(60).await;
    let mut settings = rig.app.routing_settings().await.unwrap();
    let mut rule = settings.rules.remove(0);
    assert_eq!(rule.skills, SkillUse::Ignored, "as shipped");
    rule.skills = SkillUse::Required;
    rig.app.save_rule(rule).await.unwrap();
    let mut queue = settings.queues.remove(0);
    let french = |level| SkillNeedView {
        name: " French ".to_owned(),
        level,
        mandatory: true,
    };
    queue.skills = vec![french(11)];
    let refused = rig.app.save_queue(queue.clone()).await.unwrap_err();
    assert!(refused.message.contains("French"), "{}", refused.message);
    queue.skills = vec![french(5)];
    let saved = rig.app.save_queue(queue).await.unwrap();
    assert_eq!(saved.queues[0].skills[0].name, "French");
    let row = rig.text(&customer(&rig).await, "bonjour").await;
    let explained = wait_for(&rig.app, "the reason why it waits", async || {
        let request = ConversationRef {
            conversation_id: row.id,
        };
        let told = rig.app.explain_routing(request).await.unwrap();
        (!told.candidates.is_empty()).then_some(told)
    })
    .await;
    let words = &explained.candidates[0].words;
    assert!(words.contains("Lacks the skill “French”"), "{words}");
    let ana = me(&rig.app.team().await.unwrap()).clone();
    rig.app
        .save_agent(SaveAgent {
            id: Some(ana.id),
            name: ana.name,
            roles: ana.roles,
            groups: vec![group],
            skills: vec![SkillView {
                name: "french".to_owned(),
                level: 6,
            }],
            slots: None,
            universal_slots: None,
        })
        .await
        .unwrap();
    assert_eq!(offer(&rig).await.conversation_id, row.id);
}

#[tokio::test]
async fn q_25_the_place_of_a_group_is_kept_where_it_says_something() {
    let (rig, group) = staffed(60).await;
    let other = SaveGroup {
        id: None,
        name: "Backup".to_owned(),
    };
    let team = rig.app.save_group(other).await.unwrap();
    let backup = team.groups.iter().find(|it| it.id != group).unwrap();
    let place = |group: &str, order| GroupOrderView {
        group_id: group.to_owned(),
        order,
    };
    let mut queue = rig.app.routing_settings().await.unwrap().queues.remove(0);
    queue.pools[0].group_ids.push(backup.id.clone());
    queue.group_orders = vec![place(&group, 100), place(&backup.id, 200)];
    rig.app.save_queue(queue).await.unwrap();
    let mut kept = rig.app.routing_settings().await.unwrap().queues.remove(0);
    assert_eq!(kept.group_orders, [place(&backup.id, 200)], "100 is usual");
    let ben = add_agent(&rig, "Ben", std::slice::from_ref(&backup.id)).await;
    let ana = me(&rig.app.team().await.unwrap()).id.clone();
    sign_in(&rig, &ben).await;
    sign_in(&rig, &ana).await;
    let row = rig.text(&customer(&rig).await, "hello").await;
    assert_eq!(offer(&rig).await.conversation_id, row.id, "Ana goes first");
    kept.pools[0].group_ids = vec![group];
    let saved = rig.app.save_queue(kept).await.unwrap();
    assert_eq!(saved.queues[0].group_orders, [], "not asked any more");
}
