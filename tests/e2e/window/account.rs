//! Connecting an account in the real window: the set-up doctor names what is wrong, and a right
//! account goes live. The account is the simulator's, reached as a real one would be.

use serde_json::json;
use tern_simulator::{Simulator, SimulatorConfig};

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_a_wrong_secret_and_a_right_one_goes_live() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let simulator = Simulator::start(SimulatorConfig::default())
        .await
        .expect("a simulator");
    let account = simulator.account().clone();
    let tern = Tern::start(&desktop, &[]).await;

    tern.click("first-run-connect").await;
    tern.fill("account-sid", &account.account_sid).await;
    tern.fill("key-sid", &account.api_key_sid).await;
    tern.fill("secret", "not the secret of this key").await;
    tern.click_css("details > summary").await;
    tern.fill("base-url", simulator.base_url()).await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Not yet").await;
    tern.see_on_page("Twilio refuses the API key").await;

    tern.click_css("form .foot button:first-child").await;
    tern.fill("secret", &account.api_key_secret).await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Ready to connect").await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Numbers and history").await;
    tern.click_css("fieldset label").await;
    tern.click_css("form button[type=submit]").await;
    tern.find("list-tab-new").await;

    // A customer's text to the real-looking account arrives, and no secret is readable on disk.
    let http = reqwest::Client::new();
    let handsets = format!("{}/sim/handsets", simulator.control_url());
    let handset: serde_json::Value = http
        .post(&handsets)
        .json(&json!({ "name": "Customer" }))
        .send()
        .await
        .expect("the simulator answers")
        .json()
        .await
        .expect("a handset");
    let texts = format!(
        "{handsets}/{}/texts",
        handset["e164"].as_str().expect("a number")
    );
    let text = json!({ "to": account.numbers[0], "body": "Is this the real line?" });
    http.post(&texts)
        .json(&text)
        .send()
        .await
        .expect("the text is taken");
    tern.see("conversation-row", "Is this the real line?").await;
    tern.quit().await;
    super::secrets::assert_nothing_readable(
        &desktop,
        &[
            &account.api_key_secret,
            "Is this the real line?",
            "not the secret of this key",
        ],
    );
    simulator.shutdown().await;
}
