//! The requester-initiated table in the real window: a new conversation or the same one, with whom, in which
//! list.

use serde_json::json;
use tern_simulator::SimulatorConfig;

use super::handover::serve_topics;
use super::walk::Walk;

#[tokio::test(flavor = "multi_thread")]
async fn r_1_r_2_and_r_5_a_text_opens_a_conversation_or_joins_the_one_there_is() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    let customer = carrier.customer().await;

    // a number of the account that is not connected stores nothing.
    let other = carrier.account().numbers[1].clone();
    let path = format!("/sim/handsets/{customer}/texts");
    let stray = json!({ "to": other, "body": "To the other number" });
    carrier.control(&path, stray).await;

    // nothing is active, so a conversation begins and waits for a person.
    carrier.texts(&customer, "Do you repair tents?").await;
    walk.open("Do you repair tents?").await;
    walk.see_timeline("Wrote in", 1).await;
    walk.see_with("Nobody yet").await;
    assert_eq!(tern.count("conversation-row").await, 1, "R-10");
    walk.pictures("requester-r-1").await;

    // it waits and nobody has accepted it; a further text keeps its place.
    carrier.texts(&customer, "It has a hole.").await;
    tern.see("message-bubble", "It has a hole.").await;
    walk.see_row(&["It has a hole."]).await;
    walk.see_timeline("Wrote in", 1).await;
    walk.see_with("Nobody yet").await;

    // an agent has it; a further text joins it, with the same agent.
    tern.click("act-take").await;
    walk.see_with("You").await;
    carrier.texts(&customer, "As big as a hand.").await;
    tern.see("message-bubble", "As big as a hand.").await;
    tern.click("list-tab-ongoing").await;
    walk.see_row(&["As big as a hand."]).await;
    walk.see_with("You").await;
    walk.see_timeline("Wrote in", 1).await;
    walk.pictures("requester-r-2").await;

    // R-2 on hold: the same one again, and it is no longer on hold.
    tern.click("act-hold").await;
    tern.find("act-resume").await;
    carrier.texts(&customer, "Take your time.").await;
    walk.see_timeline("Wrote again, which ended the hold", 1)
        .await;
    tern.find("act-hold").await;
    walk.see_with("You").await;

    // R-1 again: it is finished, so the next text begins a new one, linked to the old.
    tern.click("act-finish").await;
    tern.see_gone("conversation-row", "Take your time.").await;
    tern.click("list-tab-done").await;
    walk.see_row(&["Take your time."]).await;
    carrier.texts(&customer, "And boots?").await;
    tern.click("list-tab-new").await;
    walk.open("And boots?").await;
    walk.see_timeline("Finished the conversation", 1).await;
    walk.see_timeline("Wrote in", 2).await;
    walk.see_with("Nobody yet").await;
    tern.until("one earlier conversation", async || {
        tern.count("past-conversation").await == 1
    })
    .await;
    walk.pictures("requester-r-1-again").await;

    // of all this the customer was told nothing.
    let screen = carrier.look(&path).await;
    let texts = screen["texts"].as_array().expect("texts");
    assert!(texts.iter().all(|text| text["direction"] == "sent"));
    walk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_3_a_text_to_the_virtual_agent_goes_on_with_the_topic_in_the_same_conversation() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    serve_topics(&walk).await;
    let customer = carrier.customer().await;
    carrier.texts(&customer, "repair").await;
    tern.click("with-virtual-agent").await;
    walk.open("What is broken?").await;
    walk.see_with("Virtual agent").await;
    walk.see_timeline("Wrote in", 1).await;

    carrier.texts(&customer, "A tent pole").await;
    tern.see("message-bubble", "Since when?").await;
    walk.see_timeline("Wrote in", 1).await;
    walk.see_timeline("Began the topic", 1).await;
    walk.see_with("Virtual agent").await;
    assert_eq!(tern.count("conversation-row").await, 1);
    walk.pictures("requester-r-3").await;
    walk.end().await;
}
