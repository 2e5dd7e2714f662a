//! Sleep, clocks that jump, and the names of the steps.

use tern_domain::DeliveryStatus;
use tern_engine::steps;
use tern_simulator::SimulatorConfig;

use crate::line::{ANNA, Line, sleepy};
use crate::trace::steps_seen;

#[tokio::test]
async fn a_laptop_that_slept_looks_for_what_it_missed() {
    let line = Line::start_with(SimulatorConfig::default(), sleepy()).await;
    line.is_online().await;
    line.text(ANNA, "while you slept").await;
    line.clock.advance(10 * 60 * 1000);
    line.thread_becomes(ANNA, &["while you slept"]).await;
}

#[tokio::test]
async fn a_network_that_came_back_is_told_from_outside() {
    let line = Line::start_with(SimulatorConfig::default(), sleepy()).await;
    line.is_online().await;
    line.text(ANNA, "knock knock").await;
    line.engine().wake();
    line.thread_becomes(ANNA, &["knock knock"]).await;
}

#[tokio::test]
async fn every_step_of_receiving_and_sending_says_its_name() {
    let line = Line::start().await;
    line.text(ANNA, "hello").await;
    line.thread_becomes(ANNA, &["hello"]).await;
    let message_id = line.send(ANNA, "hello yourself").await;
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    let seen = steps_seen();
    for step in [
        steps::INBOUND_FETCHED,
        steps::INBOUND_JOURNALED,
        steps::INBOUND_APPLIED,
        steps::SEND_RECORDED,
        steps::SEND_CLAIMED,
        steps::SEND_POSTING,
        steps::SEND_ANSWERED,
        steps::SEND_SETTLED,
    ] {
        assert!(seen.contains(step), "{step}");
    }
    assert!(seen.iter().all(|step| steps::ALL.contains(&step.as_str())));
}
