//! The agent-initiated table in the real window, with two agents at one desk: a new conversation, the one
//! there is, or a new one in place of somebody else's or of the virtual agent's.

use tern_simulator::SimulatorConfig;

use super::handover::serve_topics;
use super::walk::Walk;

const CLOSED_FOR_ANOTHER: &str = "Closed: the number now belongs to somebody else";

#[tokio::test(flavor = "multi_thread")]
async fn a_1_to_a_7_a_first_text_opens_joins_or_replaces_a_conversation() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    let (guest, ines) = (carrier.customer().await, carrier.customer().await);
    walk.add_person("Ines Okafor", &ines).await;
    tern.click("people-open").await;
    tern.click("people-add").await;
    tern.type_into("person-name", "Karl Braun").await;
    tern.click("person-save").await;
    tern.see("person-row", "Karl Braun").await;
    walk.to_inbox().await;
    walk.second_agent("Ana", "Ben", None).await;

    // nothing is active; a conversation begins, and it is the sender's.
    walk.address(&guest, None).await;
    tern.see("new-message-known", "is nobody’s in the directory")
        .await;
    walk.pictures("agent-a-1-writing").await;
    walk.send("Your parcel is at our desk.").await;
    walk.see_timeline("Started the conversation", 1).await;
    walk.see_with("Ana").await;
    tern.click("list-tab-ongoing").await;
    walk.see_row(&["Your parcel is at our desk."]).await;
    walk.pictures("agent-a-1").await;

    // the same agent again; the text joins it (A-12 shows it first).
    walk.address(&guest, None).await;
    tern.see("new-message-existing", "Ongoing").await;
    tern.see("new-message-existing", "Ana").await;
    walk.send("We close at six.").await;
    walk.see_timeline("Started the conversation", 1).await;
    walk.see_timeline("Became responsible for the conversation", 1)
        .await;

    // another agent; the text joins it, the sender joins in, and it stays the first agent's.
    walk.sign_in("Ben").await;
    walk.address(&guest, None).await;
    tern.see("new-message-existing", "Ana").await;
    walk.pictures("agent-a-2-writing").await;
    walk.send("The side door is open until seven.").await;
    walk.see_with("Ana").await;
    walk.see_timeline("Started the conversation", 1).await;
    walk.see_timeline("Joined the conversation", 1).await;
    walk.pictures("agent-a-2").await;

    // it waits for an agent; it becomes the sender's without a new one, and waits no longer.
    tern.click("list-tab-new").await;
    carrier.texts(&ines, "Where is my order?").await;
    walk.see_row(&["Ines Okafor", "Where is my order?"]).await;
    walk.address("Ines Okafor", None).await;
    tern.see("new-message-existing", "With nobody").await;
    walk.send("It leaves tomorrow.").await;
    walk.see_with("Ben").await;
    walk.see_timeline("Wrote in", 1).await;
    walk.see_timeline("Started the conversation", 0).await;
    tern.see_gone("conversation-row", "It leaves tomorrow.")
        .await;
    walk.pictures("agent-a-4").await;

    // the number was somebody else's; confirmed, it moves, and a new conversation takes the place.
    walk.address("Karl Braun", Some(&ines)).await;
    tern.see(
        "new-message-move",
        "This number is Ines Okafor’s. Sending moves it to Karl Braun.",
    )
    .await;
    tern.type_into("new-message-text", "x").await;
    assert!(!tern.is_enabled("new-message-send").await, "A-13");
    walk.pictures("agent-a-6-writing").await;
    tern.click("new-message-move").await;
    tern.set_value("new-message-text", "").await;
    walk.send("Hello Karl, your tent is ready.").await;
    walk.see_with("Ben").await;
    walk.see_timeline(CLOSED_FOR_ANOTHER, 1).await;
    walk.see_timeline("Started the conversation", 1).await;
    tern.until("one earlier conversation", async || {
        tern.count("past-conversation").await == 1
    })
    .await;
    tern.click("list-tab-ongoing").await;
    walk.see_row(&["Karl Braun", "Hello Karl, your tent is ready."])
        .await;
    walk.pictures("agent-a-6").await;

    // over another agent's live conversation A-6 goes before A-2, after both confirmations.
    walk.sign_in("Ana").await;
    walk.address("Ines Okafor", None).await;
    tern.see("new-message-move", "This number is Karl Braun’s.")
        .await;
    tern.see("new-message-take-over", "Ben is in a conversation")
        .await;
    tern.click("new-message-move").await;
    tern.see_on_page("Confirm that you take over.").await;
    assert!(!tern.is_enabled("new-message-send").await);
    walk.pictures("agent-a-7-writing").await;
    tern.click("new-message-take-over").await;
    walk.send("Ines, I take care of it now.").await;
    walk.see_with("Ana").await;
    walk.see_timeline(CLOSED_FOR_ANOTHER, 2).await;
    walk.see_timeline("Started the conversation", 2).await;
    tern.until("two earlier conversations", async || {
        tern.count("past-conversation").await == 2
    })
    .await;
    walk.see_row(&["Ines Okafor", "Ines, I take care of it now."])
        .await;
    walk.pictures("agent-a-7").await;

    // the customer got the texts and no word about any of this.
    let received = async || {
        let screen = carrier.look(&format!("/sim/handsets/{ines}/texts")).await;
        let texts = screen["texts"].as_array().expect("texts").clone();
        texts
            .iter()
            .filter(|text| text["direction"] == "received")
            .count()
    };
    tern.until("the last text is on the phone", async || {
        received().await >= 3
    })
    .await;
    assert_eq!(received().await, 3);
    walk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_5_a_text_into_the_virtual_agents_conversation_takes_its_place() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    serve_topics(&walk).await;
    let customer = carrier.customer().await;
    carrier.texts(&customer, "repair").await;
    tern.click("with-virtual-agent").await;
    walk.open("What is broken?").await;
    walk.see_with("Virtual agent").await;

    walk.address(&customer, None).await;
    tern.see("new-message-existing", "Ongoing").await;
    walk.pictures("agent-a-5-writing").await;
    walk.send("I have seen your tent, let me help.").await;
    walk.see_with("You").await;
    walk.see_timeline("Took over from the virtual agent", 1)
        .await;
    walk.see_timeline("Started the conversation", 1).await;
    tern.until("one earlier conversation", async || {
        tern.count("past-conversation").await == 1
    })
    .await;

    // The topic was dropped: what the customer answers is the agent's to read.
    carrier.texts(&customer, "A tent pole").await;
    tern.see("message-bubble", "A tent pole").await;
    tern.type_into("composer-input", "Thank you.").await;
    tern.click("composer-send").await;
    tern.until("the answer left", async || {
        carrier.count("Thank you.").await == 1
    })
    .await;
    assert_eq!(carrier.count("Since when?").await, 0);
    walk.pictures("agent-a-5").await;
    walk.end().await;
}
