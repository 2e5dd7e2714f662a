//! The virtual agent and a live one in the real window: a topic hands over, the agent takes it with everything
//! that was said, lets a topic run inside, and gives the conversation back.

use serde_json::json;
use tern_simulator::SimulatorConfig;

use super::walk::Walk;

const ASKS: &str = "What is broken?";
const BACK: &str = "You are back with the assistant. What else can I do for you?";
const TRANSFER: &str = "I am passing you on to a colleague. They will answer you here.";

/// A topic that ends with a person, and one that agents may run.
pub(crate) async fn serve_topics(walk: &Walk) {
    let tern = &walk.tern;
    let repair = json!({
        "format": 1, "name": "repair", "displayName": "Repair", "keywords": ["repair"],
        "agentContext": ["broken_part", "since"], "start": "ask",
        "nodes": [
            { "id": "ask", "name": "What is broken", "kind": "askText", "variable": "broken_part",
              "prompt": ASKS, "next": "since" },
            { "id": "since", "name": "Since when", "kind": "askText", "variable": "since",
              "prompt": "Since when?", "next": "person" },
            { "id": "person", "name": "To a person", "kind": "transfer",
              "shortDescription": "Repair: {{ broken_part }}" },
        ],
    });
    let measure = json!({
        "format": 1, "name": "measure", "displayName": "Take measures",
        "description": "Asks for the height and notes it.", "autopilot": true, "start": "ask",
        "nodes": [
            { "id": "ask", "name": "Height", "kind": "askText", "variable": "height",
              "prompt": "How high is it?", "next": "done" },
            { "id": "done", "name": "Thanks", "kind": "sayText", "text": "Noted: {{ height }}." },
        ],
    });
    for topic in [repair, measure] {
        let kept = json!({ "file": topic.to_string(), "baseRevision": null, "renamedFrom": null });
        let kept = tern.call("save_topic", kept).await;
        let published = json!({
            "name": topic["name"], "revision": kept["revision"], "note": "", "despiteTests": false,
        });
        tern.call("publish_topic", published).await;
    }
    let mut decided = tern.call("virtual_agent", json!(null)).await;
    decided["on"] = json!(true);
    tern.call("save_virtual_agent", decided).await;
}

/// Waits until the customer's phone has this text from the team.
async fn received(walk: &Walk, words: &str) {
    walk.tern
        .until(&format!("the phone got {words:?}"), async || {
            walk.carrier.count(words).await > 0
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h_5_h_6_h_9_an_agent_takes_what_a_topic_handed_over_runs_another_and_gives_it_back() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    serve_topics(&walk).await;
    let customer = carrier.customer().await;

    // the virtual agent has it; a quiet look of its own tells its texts from an agent's.
    carrier.texts(&customer, "repair").await;
    tern.click("with-virtual-agent").await;
    walk.open(ASKS).await;
    walk.see_with("Virtual agent").await;
    tern.see("bot-strip", "The virtual agent answers here")
        .await;
    walk.pictures("handover-1-bot").await;

    // H-5, H-6: handed over, with why, where and what was said.
    carrier
        .texts(
            &customer,
            "The leg of my lovely bench broke and I am really sad and angry about it",
        )
        .await;
    received(&walk, "Since when?").await;
    carrier.texts(&customer, "Since Monday").await;
    received(&walk, TRANSFER).await;
    tern.click("list-tab-new").await;
    walk.open(TRANSFER).await;
    tern.see("handover-card", "The topic hands over at this point.")
        .await;
    for words in [
        "Repair",
        "The leg of my lovely bench",
        "Since Monday",
        "repair",
    ] {
        tern.see("handover-card", words).await;
    }
    tern.see("handover-mood", "Seems upset").await;
    walk.pictures("handover-2-waiting").await;
    tern.click("act-take").await;
    walk.see_with("You").await;
    tern.type_into("composer-input", "Oh no! I look after it.")
        .await;
    tern.click("composer-send").await;
    received(&walk, "Oh no! I look after it.").await;
    tern.see("handover-card", "Since Monday").await;
    walk.pictures("handover-3-taken").await;

    // H-9: a topic runs inside; the agent writes no text meanwhile, but notes.
    tern.type_into("composer-input", "/autopilot").await;
    tern.click_showing("slash-item", "autopilot").await;
    tern.see("autopilot-dialog", "Take measures").await;
    walk.pictures("handover-4-choosing").await;
    tern.click("autopilot-start").await;
    tern.see("autopilot-bar", "Take measures").await;
    received(&walk, "How high is it?").await;
    assert_eq!(tern.count("composer-input").await, 0, "no text meanwhile");
    walk.see_with("You").await;
    walk.pictures("handover-5-running").await;
    tern.click("autopilot-stop").await;
    tern.find("composer-input").await;
    walk.see_timeline("Took over again from the virtual agent", 1)
        .await;

    // Once more, to its end: the agent is told.
    tern.type_into("composer-input", "/autopilot").await;
    tern.click_showing("slash-item", "autopilot").await;
    tern.click("autopilot-start").await;
    tern.see("autopilot-bar", "Take measures").await;
    tern.until("it asked again", async || {
        carrier.count("How high is it?").await == 2
    })
    .await;
    carrier.texts(&customer, "90 cm").await;
    received(&walk, "Noted: 90 cm.").await;
    tern.see("notice-banner", "the conversation is yours again")
        .await;
    tern.find("composer-input").await;
    walk.pictures("handover-6-over").await;

    // Given back: the agent is free, and the virtual agent goes on.
    tern.click("hand-back").await;
    walk.see_with("Virtual agent").await;
    walk.see_timeline("Gave the conversation back to the virtual agent", 1)
        .await;
    received(&walk, BACK).await;
    carrier.texts(&customer, "repair").await;
    tern.until("the topic began anew", async || {
        carrier.count(ASKS).await == 2
    })
    .await;
    walk.pictures("handover-7-given-back").await;
    walk.end().await;
}
