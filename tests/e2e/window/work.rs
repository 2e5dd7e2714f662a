//! Offered work in the real window, with two agents at one desk: turned down, handed on, and not answered in
//! time.

use tern_simulator::SimulatorConfig;

use super::walk::Walk;

#[tokio::test(flavor = "multi_thread")]
async fn q_17_q_20_and_h_10_work_is_turned_down_handed_on_and_times_out() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    walk.second_agent("Ana", "Ben", Some("Front desk")).await;
    tern.open_settings("Queues").await;
    tern.click("queue-edit").await;
    tern.click("pool-add").await;
    tern.click("queue-save").await;
    tern.see("queue-row", "asks Front desk").await;
    tern.type_into("reason-name", "I know nothing about it")
        .await;
    tern.click_label("Final").await;
    tern.click("reason-add").await;
    tern.see("toast", "Added").await;
    tern.close_dialog().await;

    // Ana says no and why; it waits on, for somebody else.
    let first = carrier.customer().await;
    carrier.texts(&first, "Do you sell saddles?").await;
    tern.see("offer-card", "Do you sell saddles?").await;
    walk.pictures("work-offered").await;
    tern.click("offer-reject").await;
    walk.pictures("work-reasons").await;
    tern.click("reason-choice").await;
    tern.see_gone("offer-card", "").await;
    walk.open("Do you sell saddles?").await;
    tern.see("work-strip", "Waits in All texts.").await;
    walk.see_timeline("Said no to the conversation", 1).await;
    walk.pictures("work-rejected").await;
    walk.sign_in("Ben").await;
    tern.see("offer-card", "Do you sell saddles?").await;
    tern.click("offer-accept").await;
    walk.see_with("Ben").await;
    walk.see_timeline("by accepting the offer", 1).await;
    tern.click("list-tab-ongoing").await;
    walk.see_row(&["Do you sell saddles?"]).await;
    walk.pictures("work-accepted").await;

    // H-10: handed on, it stays Ben's until Ana has accepted.
    tern.click("transfer-open").await;
    tern.find("transfer-dialog").await;
    tern.click_label("All texts").await;
    walk.pictures("work-handing-on").await;
    tern.click("transfer-submit").await;
    tern.see("work-strip", "Waits for somebody of All texts")
        .await;
    walk.see_with("Ben").await;
    walk.sign_in("Ana").await;
    tern.see("offer-card", "Ben hands this on to you").await;
    walk.see_with("Ben").await;
    walk.pictures("work-handed-on").await;
    tern.click("offer-accept").await;
    walk.see_with("Ana").await;
    walk.see_timeline("Became responsible for the conversation", 2)
        .await;
    tern.see_gone("work-strip", "").await;
    walk.pictures("work-taken-over").await;

    // with little time to answer, no answer makes Ana away, and the work waits on.
    tern.open_settings("Queues").await;
    tern.click("rule-edit").await;
    tern.type_over("rule-timeout", "20").await;
    tern.click("rule-save").await;
    tern.see_on_page("within 20 seconds").await;
    tern.close_dialog().await;
    let second = carrier.customer().await;
    carrier.texts(&second, "Can I rent a tandem?").await;
    tern.see("offer-card", "Can I rent a tandem?").await;
    tern.see_gone("offer-card", "").await;
    tern.see("presence-menu", "Away").await;
    tern.click("list-tab-new").await;
    walk.open("Can I rent a tandem?").await;
    walk.see_timeline("Had no answer from", 1).await;
    walk.see_with("Nobody yet").await;
    walk.pictures("work-timed-out").await;
    // Back at the desk, the same agent may have it, since there is nobody else.
    tern.click("presence-menu").await;
    tern.click_showing("presence-item", "Available").await;
    tern.click("offer-accept").await;
    walk.see_with("Ana").await;
    walk.end().await;
}
