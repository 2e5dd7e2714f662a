//! I-13, T-12, going live and late texts.

use tern_domain::{
    Address, Announcement, ArrivalContext, DeliveryStatus, Diagnostic, Effect, EventBody, Handler,
    InteractionAct, InteractionState, Millis, OpenedBy, Placement, route_arrival,
};

use crate::support::{Desk, LIVE, TEAM, agent, at, inbound, key, number, outbound, sid};

#[test]
fn r_1_a_first_text_opens_an_interaction_for_a_person() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let interaction = desk.active().unwrap();
    assert_eq!(interaction.state, InteractionState::New);
    assert_eq!(interaction.handler, Handler::Queue);
    assert_eq!(interaction.opened_by, OpenedBy::Requester);
    assert_eq!(interaction.key, key());
    assert_eq!(desk.unread(), 1);
    assert!(matches!(
        desk.announcements[..],
        [Announcement::TextArrived { .. }]
    ));
}

#[test]
fn r_2_injects_into_the_live_agents_conversation() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    let before = desk.active().unwrap().clone();
    let plan = desk.arrive(&inbound(2, "are you there?", at(5)));
    assert_eq!(desk.active().unwrap(), &before, "same record, same agent");
    assert!(plan.events.is_empty());
    assert_eq!(desk.messages.len(), 2);
    assert_eq!(desk.unread(), 2);
}

#[test]
fn r_5_a_queued_conversation_keeps_its_place() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let before = desk.active().unwrap().clone();
    desk.now = at(30);
    desk.arrive(&inbound(2, "anybody?", at(30)));
    assert_eq!(desk.active().unwrap(), &before);
}

#[test]
fn r_8_repeats_are_dropped_by_provider_message_id() {
    let mut desk = Desk::new();
    let text = inbound(1, "hello", at(0));
    desk.arrive(&text);
    desk.act(agent(1), InteractionAct::Finish).unwrap();
    assert!(desk.arrive(&text).is_empty(), "a repeat reopens nothing");
    assert_eq!(desk.messages.len(), 1);
}

#[test]
fn r_8_keywords_come_before_the_interaction() {
    for word in ["STOP", "stop ", "START", "unstop"] {
        let mut desk = Desk::new();
        desk.arrive(&inbound(1, word, at(0)));
        assert!(desk.active().is_none(), "{word} opens nothing");
        let inbound = desk.messages.iter().filter(|it| it.sid.is_some());
        assert_eq!((inbound.count(), desk.unread()), (1, 0));
    }
}

#[test]
fn r_10_a_number_that_is_not_ours_leaves_only_a_diagnostics_row() {
    let ours = [number("+14155550188")];
    let plan = route_arrival(&inbound(1, "hello", at(0)), &ours, at(1))
        .unwrap_err()
        .into_plan();
    assert!(plan.events.is_empty());
    let expected = Effect::RecordDiagnostic(Diagnostic::NotOurNumber {
        sid: sid(1),
        at: at(1),
    });
    assert_eq!(plan.effects, vec![expected]);

    let mut to_a_service = inbound(1, "hello", at(0));
    to_a_service.to = Address::from("whatsapp:+14155550199");
    assert!(route_arrival(&to_a_service, &[number(TEAM)], at(1)).is_err());
    assert_eq!(
        route_arrival(&inbound(1, "hello", at(0)), &[number(TEAM)], at(1)),
        Ok(key())
    );
}

#[test]
fn i_13_a_text_after_the_end_starts_a_linked_interaction() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let first = desk.active().unwrap().id;
    desk.act(agent(1), InteractionAct::Finish).unwrap();
    desk.arrive(&inbound(2, "one more thing", at(9)));
    let second = desk.active().unwrap();
    assert_ne!(second.id, first);
    assert_eq!(second.previous_interaction, Some(first));
    assert_eq!(second.state, InteractionState::New);
}

#[test]
fn i_13_a_text_during_wrap_up_starts_a_linked_interaction() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let mut wrapping = desk.active().unwrap().clone();
    wrapping.state = InteractionState::WrapUp;
    desk.state.latest_interaction = Some(wrapping.clone());
    desk.interactions.clear();
    desk.arrive(&inbound(2, "one more thing", at(9)));
    assert_eq!(
        desk.active().unwrap().previous_interaction,
        Some(wrapping.id)
    );
}

#[test]
fn i_11_a_text_ends_the_hold() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    desk.act(agent(1), InteractionAct::Hold).unwrap();
    desk.arrive(&inbound(2, "any news?", at(9)));
    let interaction = desk.active().unwrap();
    assert_eq!(interaction.state, InteractionState::WorkInProgress);
    assert_eq!(interaction.assigned_to, Some(agent(1)));
}

#[test]
fn texts_before_going_live_are_history() {
    let mut desk = Desk::new();
    let plan = desk.arrive(&inbound(1, "last week", LIVE - Millis::seconds(1)));
    assert!(plan.events.is_empty());
    assert!(desk.active().is_none() && desk.announcements.is_empty());
    assert_eq!(desk.messages[0].placement, Placement::History);
    assert_eq!(desk.unread(), 0);

    let mut not_live_yet = Desk::new();
    not_live_yet.live_since = None;
    not_live_yet.arrive(&inbound(1, "hello", at(60)));
    assert!(not_live_yet.active().is_none());
}

#[test]
fn the_second_of_going_live_is_live() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", LIVE.floor_to_second()));
    assert!(
        desk.active().is_some(),
        "the carrier's times are whole seconds"
    );
}

#[test]
fn a_very_late_text_is_marked_for_a_person() {
    for (delay, is_late) in [
        (Millis::minutes(59), false),
        (Millis::hours(1), false),
        (Millis::minutes(61), true),
    ] {
        let mut desk = Desk::new();
        desk.now = at(0) + delay;
        desk.arrive(&inbound(1, "hello", at(0)));
        let interaction = desk.active().unwrap();
        assert_eq!(interaction.arrived_late, is_late, "{delay:?}");
        assert_eq!(interaction.handler, Handler::Queue);
        assert_eq!(desk.unread(), 1, "late or not, it is unread");
    }
    assert_eq!(ArrivalContext::LATE_AFTER, Millis::hours(1));
}

#[test]
fn t_9_pictures_are_fetched() {
    let mut desk = Desk::new();
    let mut picture = inbound(1, "", at(0));
    picture.media_count = 2;
    desk.arrive(&picture);
    assert_eq!(desk.fetches, vec![sid(1)]);
    desk.arrive(&picture);
    assert_eq!(desk.fetches.len(), 1);
}

#[test]
fn t_12_a_repeat_moves_the_delivery_on_and_never_back() {
    let mut desk = Desk::new();
    let text = |status| outbound(1, "from another laptop", status, at(0));
    desk.arrive(&text(DeliveryStatus::Queued));
    for (incoming, expected) in [
        (DeliveryStatus::Sent, DeliveryStatus::Sent),
        (DeliveryStatus::Sending, DeliveryStatus::Sent),
        (DeliveryStatus::Delivered, DeliveryStatus::Delivered),
        (DeliveryStatus::Sent, DeliveryStatus::Delivered),
        (DeliveryStatus::Undelivered, DeliveryStatus::Delivered),
    ] {
        desk.arrive(&text(incoming));
        assert_eq!(desk.messages[0].status, expected);
    }
}

#[test]
fn a_text_sent_elsewhere_is_shown_but_disturbs_nobody() {
    let mut desk = Desk::new();
    desk.arrive(&outbound(
        1,
        "from another program",
        DeliveryStatus::Sent,
        at(0),
    ));
    assert_eq!((desk.messages.len(), desk.unread()), (1, 0));
    assert!(desk.active().is_none() && desk.announcements.is_empty());
}

#[test]
fn a_failure_that_comes_later_is_announced_once() {
    let mut desk = Desk::new();
    desk.arrive(&outbound(1, "hi", DeliveryStatus::Sent, at(0)));
    let mut failed = outbound(1, "hi", DeliveryStatus::Undelivered, at(0));
    failed.error_code = Some(30003);
    desk.arrive(&failed);
    desk.arrive(&failed);
    assert_eq!(desk.messages[0].error_code, Some(30003));
    assert!(matches!(
        desk.announcements[..],
        [Announcement::SendFailed { .. }]
    ));
}

#[test]
fn unknown_statuses_are_kept_as_they_came() {
    let mut desk = Desk::new();
    desk.arrive(&outbound(
        1,
        "hi",
        DeliveryStatus::parse("teleported"),
        at(0),
    ));
    assert_eq!(
        desk.messages[0].status,
        DeliveryStatus::Unknown("teleported".to_owned())
    );
    desk.arrive(&outbound(1, "hi", DeliveryStatus::Sent, at(0)));
    assert_eq!(desk.messages[0].status, DeliveryStatus::Sent);
}

#[test]
fn r_1_the_opening_is_recorded_with_its_actor() {
    let mut desk = Desk::new();
    let plan = desk.arrive(&inbound(1, "hello", at(0)));
    let kinds: Vec<_> = plan.events.iter().map(|it| it.aggregate.kind()).collect();
    assert_eq!(kinds, ["profile", "interaction", "work_item"]);
    let opening = &plan.events[1];
    assert!(matches!(
        opening.body,
        EventBody::InteractionOpened {
            arrived_late: false,
            ..
        }
    ));
    assert_eq!(opening.actor, tern_domain::Actor::Requester);
    assert_eq!(opening.expected_version, 0);
}
