//! Time at the desk in the real window: a conversation that is put away and comes back by itself, and a
//! messaging action that is rehearsed on what has been.

use std::time::Duration;

use tern_simulator::SimulatorConfig;

use super::walk::Walk;

/// A minute, which is the shortest that can be asked for, and what a busy machine adds.
const A_MINUTE_AND_MORE: Duration = Duration::from_secs(100);

#[tokio::test(flavor = "multi_thread")]
async fn m_9_a_snooze_wakes_at_its_time_and_a_rehearsal_says_who_would_have_been_prompted() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    let (sleeper, early) = (carrier.customer().await, carrier.customer().await);
    walk.add_person("Ines Okafor", &sleeper).await;

    // An action that is written and switched off before anybody waits.
    tern.open_settings("Messaging actions").await;
    tern.see("messaging-action", "30 minutes").await;
    tern.click("messaging-action-new").await;
    tern.type_into("messaging-action-name", "Nobody waits a minute")
        .await;
    tern.choose("Unit", "minutes").await;
    tern.type_over("messaging-action-wait", "1").await;
    walk.pictures("waiting-action").await;
    tern.click("messaging-action-save").await;
    tern.see("messaging-action", "Nobody waits a minute").await;
    tern.click_css("li:last-child > .toggle > button[role=switch][aria-checked=true]")
        .await;
    tern.see("toast", "“Nobody waits a minute” is off").await;
    tern.close_dialog().await;

    // Snoozed by a typed time: it is in no list but its own.
    carrier.texts(&sleeper, "Call me in a minute.").await;
    walk.open("Call me in a minute.").await;
    snooze(&walk, "in 1 minute").await;
    tern.see_gone("conversation-row", "Call me in a minute.")
        .await;
    tern.click("list-menu").await;
    tern.click("list-snoozed").await;
    walk.see_row(&["Call me in a minute.", "Comes back"]).await;
    walk.pictures("waiting-snoozed").await;

    // Another one, put away for days, is woken by its customer.
    tern.click("list-tab-new").await;
    carrier.texts(&early, "No hurry.").await;
    walk.open("No hurry.").await;
    snooze(&walk, "in 3 days").await;
    tern.see_gone("conversation-row", "No hurry.").await;
    carrier.texts(&early, "Now it is urgent.").await;
    walk.open("Now it is urgent.").await;
    walk.see_timeline("Wrote again, which ended the snooze", 1)
        .await;

    // The first one is back by itself.
    tern.within(A_MINUTE_AND_MORE, "the snooze is over", async || {
        let rows = tern.texts("conversation-row").await;
        rows.iter().any(|row| row.contains("Call me in a minute."))
    })
    .await;
    walk.open("Call me in a minute.").await;
    walk.see_timeline("Brought the conversation back: its snooze is over", 1)
        .await;
    walk.pictures("waiting-woken").await;

    // Rehearsed: Ines would have been waited for, and still nothing has happened to anybody.
    tern.open_settings("Messaging actions").await;
    tern.click("rehearse").await;
    tern.see("rehearsal-words", "would have happened").await;
    tern.see("rehearsed-firing", "Ines Okafor").await;
    tern.see("rehearsed-firing", "Nobody waits a minute").await;
    tern.bring_into_view("rehearsal-words").await;
    walk.pictures("waiting-rehearsed").await;
    tern.close_dialog().await;
    walk.see_timeline("Nobody waits a minute", 0).await;
    tern.see_gone("conversation-row", "Waits for an answer")
        .await;
    walk.end().await;
}

async fn snooze(walk: &Walk, time: &str) {
    let tern = &walk.tern;
    tern.click("snooze-open").await;
    tern.type_into("snooze-input", time).await;
    tern.until("this one time is meant", async || {
        let offered = tern.texts("snooze-set").await;
        matches!(offered.as_slice(), [only] if only.to_lowercase().contains(time))
    })
    .await;
    tern.click("snooze-set").await;
}
