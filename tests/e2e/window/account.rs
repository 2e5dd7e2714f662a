//! Connecting an account in the real window: the set-up doctor names what is wrong, and a right
//! account goes live. The account is the simulator's, reached as a real one would be.

use serde_json::json;
use tern_simulator::{Simulator, SimulatorConfig};

use super::desktop::{Desktop, Keyring, free_port};
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
    let login = [
        &account.account_sid,
        &account.api_key_sid,
        "not the secret of this key",
    ];
    fill_in(&tern, login, simulator.base_url()).await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Not yet").await;
    tern.see_on_page("Twilio refuses the API key").await;

    tern.click_css("form .foot button:first-child").await;
    tern.fill("secret", &account.api_key_secret).await;
    tern.click_css("form button[type=submit]").await;
    finish_connecting(&tern).await;

    // A customer's text to the real-looking account arrives, and no secret is readable on disk.
    let text = json!({ "to": account.numbers[0], "body": "Is this the real line?" });
    text_from_outside(&simulator, &text).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_doctor_says_so_and_goes_on_when_it_is_back() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let config = SimulatorConfig {
        port: free_port(),
        account_sid: Some("AC0123456789abcdef0123456789abcdef".to_owned()),
        api_key_sid: Some("SK0123456789abcdef0123456789abcdef".to_owned()),
        api_key_secret: Some("The8Secret8Of8This8Api8Key8Here8".to_owned()),
        ..SimulatorConfig::default()
    };
    let tern = Tern::start(&desktop, &[]).await;
    tern.click("first-run-connect").await;
    let address = format!("http://127.0.0.1:{}", config.port);
    let [account_sid, key_sid, secret] = [
        &config.account_sid,
        &config.api_key_sid,
        &config.api_key_secret,
    ]
    .map(|given| given.clone().expect("given above"));
    fill_in(&tern, [&account_sid, &key_sid, &secret], &address).await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Twilio cannot be reached").await;
    tern.keep_picture(&desktop, "first-run-no-network").await;

    let simulator = Simulator::start(config).await.expect("a simulator");
    tern.click_css("form .foot button:nth-of-type(2)").await;
    finish_connecting(&tern).await;
    let text = json!({ "to": simulator.account().numbers[0], "body": "Finally!" });
    text_from_outside(&simulator, &text).await;
    tern.see("conversation-row", "Finally!").await;
    tern.quit().await;
    simulator.shutdown().await;
}

/// Connects the simulator's account, from the first-run screen to the inbox.
pub(super) async fn connect(tern: &Tern, simulator: &Simulator) {
    let account = simulator.account();
    tern.click("first-run-connect").await;
    let login = [
        &account.account_sid,
        &account.api_key_sid,
        &account.api_key_secret,
    ];
    fill_in(tern, login.map(String::as_str), simulator.base_url()).await;
    tern.click_css("form button[type=submit]").await;
    finish_connecting(tern).await;
}

async fn fill_in(tern: &Tern, [account_sid, key_sid, secret]: [&str; 3], address: &str) {
    tern.fill("account-sid", account_sid).await;
    tern.fill("key-sid", key_sid).await;
    tern.fill("secret", secret).await;
    tern.click_css("details > summary").await;
    tern.fill("base-url", address).await;
}

async fn finish_connecting(tern: &Tern) {
    tern.see_on_page("Ready to connect").await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Numbers and history").await;
    tern.click_css("fieldset label").await;
    tern.click_css("form button[type=submit]").await;
    tern.find("list-tab-new").await;
}

/// A text from a customer's phone, as the control side of the simulator takes it; one phone for all.
pub(super) async fn text_from_outside(simulator: &Simulator, text: &serde_json::Value) {
    let http = reqwest::Client::new();
    let handsets = format!("{}/sim/handsets", simulator.control_url());
    let phone = json!({ "e164": "+14155550177", "name": "Customer" });
    let known: serde_json::Value = http
        .get(&handsets)
        .send()
        .await
        .expect("the simulator answers")
        .json()
        .await
        .expect("a list");
    if !known.to_string().contains("+14155550177") {
        let made = http.post(&handsets).json(&phone).send().await;
        assert!(made.is_ok_and(|made| made.status().is_success()), "a phone");
    }
    let texts = format!("{handsets}/+14155550177/texts");
    let sent = http.post(&texts).json(text).send().await;
    assert!(
        sent.is_ok_and(|sent| sent.status().is_success()),
        "the text is taken"
    );
}
