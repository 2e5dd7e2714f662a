//! A whole desktop of its own for one test: display, session bus, keyring, notification daemon and
//! WebDriver, in fresh folders. Everything is ended, by its process, when the value is dropped.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::wait_until;

/// Processes, the newest first to go.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the person logs in with, and with it the keyring opens.
const PASSWORD: &[u8] = b"log-in password";

/// A session bus that starts no service by itself: what a test did not start is not there.
const BUS: &str = "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>\
<policy context='default'><allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/>\
<allow own='*'/></policy></busconfig>";

/// What the desktop offers besides a display and a bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyring {
    /// A keyring, unlocked at log-in.
    Unlocked,
    /// No keyring service at all.
    Absent,
}

/// A desktop with nobody else on it.
pub(crate) struct Desktop {
    keyring: Option<Process>,
    // Dropped in this order: clients before the servers they talk to.
    processes: Vec<Process>,
    home: TempDir,
    display: String,
    bus: String,
    driver_port: u16,
}

impl Desktop {
    /// Starts everything and waits until each part answers.
    pub(crate) fn start(keyring: Keyring) -> Self {
        let home = TempDir::new().expect("a home folder");
        fs::create_dir_all(home.path().join(".local/share")).expect("the data folder");
        let runtime = home.path().join("runtime");
        fs::create_dir_all(&runtime).expect("the runtime folder");
        restrict(&runtime);

        let mut xvfb = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let display = format!(":{}", first_line(&mut xvfb));
        let bus_config = home.path().join("bus.conf");
        fs::write(&bus_config, BUS).expect("the bus's configuration");
        let mut bus = Command::new("dbus-daemon")
            .args(["--nofork", "--print-address=1", "--config-file"])
            .arg(&bus_config)
            .env("HOME", home.path())
            .env("XDG_RUNTIME_DIR", &runtime)
            .env("DISPLAY", &display)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let address = first_line(&mut bus);

        let mut desktop = Self {
            keyring: None,
            processes: vec![Process(bus), Process(xvfb)],
            home,
            display,
            bus: address,
            driver_port: free_port(),
        };
        if keyring == Keyring::Unlocked {
            desktop.start_keyring();
        }
        desktop.start_notification_daemon();
        desktop.start_driver();
        desktop
    }

    /// The folder that plays the person's home.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where Tern keeps its files on this desktop.
    pub(crate) fn data_folder(&self) -> PathBuf {
        self.home.path().join(".local/share/org.tern.desk")
    }

    /// Address of the session bus.
    pub(crate) fn bus(&self) -> &str {
        &self.bus
    }

    /// Address of the WebDriver server.
    pub(crate) fn driver_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.driver_port)
    }

    /// Runs a command on this desktop and gives its standard output.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self
            .command(program)
            .args(arguments)
            .output()
            .expect(program);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The key of Tern's files, as the keyring of this desktop holds it.
    pub(crate) fn file_key(&self) -> Vec<u8> {
        let entry = ["service", "org.tern.desk", "username", "file-key"];
        let output = self
            .command("secret-tool")
            .arg("lookup")
            .args(entry)
            .output()
            .expect("secret-tool");
        assert!(!output.stdout.is_empty(), "the key is in the keyring");
        output.stdout
    }

    /// Makes the desktop's colours dark for every window that is opened from now on.
    pub(crate) fn prefer_dark(&self) {
        let folder = self.home.path().join(".config/gtk-3.0");
        fs::create_dir_all(&folder).expect("the toolkit's folder");
        let settings = "[Settings]\ngtk-application-prefer-dark-theme=1\n";
        fs::write(folder.join("settings.ini"), settings).expect("the toolkit's settings");
    }

    /// Keeps a picture of the screen where `TERN_PICTURES` names a folder for them.
    pub(crate) fn keep_picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("TERN_PICTURES") {
            self.screenshot(&PathBuf::from(folder).join(format!("{name}.png")));
        }
    }

    /// Writes a picture of the whole screen.
    pub(crate) fn screenshot(&self, file: &Path) {
        let status = self
            .command("import")
            .args(["-window", "root"])
            .arg(file)
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "no picture of the screen"
        );
    }

    /// How many notifications are on screen.
    pub(crate) fn notifications(&self) -> u32 {
        self.run("dunstctl", &["count", "displayed"])
            .trim()
            .parse()
            .unwrap_or(0)
    }

    /// How many notifications there have ever been.
    pub(crate) fn notified(&self) -> u32 {
        let count = |what| self.run("dunstctl", &["count", what]);
        ["displayed", "waiting", "history"]
            .iter()
            .filter_map(|what| count(what).trim().parse::<u32>().ok())
            .sum()
    }

    /// Clicks the newest notification, with the mouse.
    pub(crate) fn click_notification(&self) {
        let window = self.run("xdotool", &["search", "--onlyvisible", "--class", "Dunst"]);
        let window = window
            .lines()
            .next()
            .expect("a notification on screen")
            .to_owned();
        self.run(
            "xdotool",
            &["mousemove", "--window", &window, "40", "20", "click", "1"],
        );
    }

    /// Presses a button of a notification on screen; without one nothing happens.
    pub(crate) fn press_on_notification(&self, button: &str) {
        fs::write(self.home.path().join("button"), button).expect("the button to press");
        self.run("dunstctl", &["context"]);
    }

    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.home.path().join(".local/share"))
            .env("XDG_CONFIG_HOME", self.home.path().join(".config"))
            .env("XDG_CACHE_HOME", self.home.path().join(".cache"))
            .env("XDG_RUNTIME_DIR", self.home.path().join("runtime"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            // The system's own bus is not this desktop's.
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .stdin(Stdio::null());
        command
    }

    pub(super) fn spawn(&mut self, mut command: Command) {
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        self.processes.insert(0, Process(child));
    }

    /// Starts the keyring program, unlocked, with what it kept on disk.
    pub(crate) fn start_keyring(&mut self) {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring is installed");
        let mut password = child.stdin.take().expect("a pipe");
        password.write_all(PASSWORD).expect("the keyring reads");
        drop(password);
        self.keyring = Some(Process(child));
        self.wait_for_name("org.freedesktop.secrets");
    }

    /// Ends the keyring program; what it keeps on disk stays.
    pub(crate) fn stop_keyring(&mut self) {
        self.keyring = None;
        wait_until(Duration::from_secs(20), "the keyring to end", || {
            !self.has_name("org.freedesktop.secrets")
        });
    }

    /// Locks the keyring. On this desktop nothing can ask the person for its password.
    pub(crate) fn lock_keyring(&self) {
        let service = [
            "-d",
            "org.freedesktop.secrets",
            "-o",
            "/org/freedesktop/secrets",
        ];
        let lock = ["-m", "org.freedesktop.Secret.Service.Lock"];
        let login = ["['/org/freedesktop/secrets/collection/login']"];
        self.run(
            "gdbus",
            &[&["call", "--session"], &service[..], &lock[..], &login[..]].concat(),
        );
    }

    /// Unlocks the running keyring as logging in does: over its control socket, with the password.
    pub(crate) fn unlock_keyring(&self) {
        const UNLOCK: u32 = 1;
        let socket = self.home.path().join("runtime/keyring/control");
        let mut control = UnixStream::connect(socket).expect("the keyring's control socket");
        // One byte first, with which the system tells who is calling.
        control.write_all(&[0]).expect("the keyring listens");
        let word = |number: usize| {
            u32::try_from(number)
                .expect("a short message")
                .to_be_bytes()
        };
        let mut request = word(12 + PASSWORD.len()).to_vec();
        request.extend(UNLOCK.to_be_bytes());
        request.extend(word(PASSWORD.len()));
        request.extend(PASSWORD);
        control.write_all(&request).expect("the keyring listens");
        let mut answer = [0; 8];
        control.read_exact(&mut answer).expect("an answer");
        assert_eq!(answer, [0, 0, 0, 8, 0, 0, 0, 0], "the keyring is unlocked");
    }

    fn start_notification_daemon(&mut self) {
        let config = self.home.path().join("dunstrc");
        // Its menu of actions is answered by a program: here with the button that a test names.
        let menu = self.home.path().join("button");
        fs::write(&menu, "").expect("no button yet");
        let menu = format!("/bin/grep -m1 -F -f {}", menu.display());
        let said =
            format!("[global]\nmouse_left_click = do_action, close_current\ndmenu = {menu}\n");
        fs::write(&config, said).expect("dunst's configuration");
        let mut command = self.command("dunst");
        command.arg("-config").arg(config);
        self.spawn(command);
        self.wait_for_name("org.freedesktop.Notifications");
    }

    /// Starts the app as a person does, without WebDriver; its process.
    pub(crate) fn start_app(&mut self) -> u32 {
        let command = self.command(&super::tern::binary());
        self.spawn(command);
        self.app_process()
    }

    /// How often the app has logged these words on this desktop.
    pub(crate) fn logged(&self, words: &str) -> usize {
        let logs = fs::read_dir(self.data_folder().join("logs")).expect("a log");
        let lines = logs.filter_map(|log| fs::read_to_string(log.ok()?.path()).ok());
        lines.map(|lines| lines.matches(words).count()).sum()
    }

    /// Types into the window that shows, as a keyboard does.
    pub(crate) fn type_keys(&self, words: &str) {
        let found = self.run("xdotool", &["search", "--onlyvisible", "--name", "^Tern$"]);
        let window = found.lines().next().expect("the window shows").trim();
        self.run("xdotool", &["windowfocus", "--sync", window, "type", words]);
        self.run("xdotool", &["key", "Return"]);
    }

    fn start_driver(&mut self) {
        let mut command = self.command("WebKitWebDriver");
        command
            .arg(format!("--port={}", self.driver_port))
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        self.spawn(command);
        let port = self.driver_port;
        wait_until(Duration::from_secs(20), "WebDriver answers", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
    }

    /// Process of the Tern that runs on this desktop, found by the name it holds on the bus.
    pub(crate) fn app_process(&self) -> u32 {
        let mut process = None;
        wait_until(Duration::from_secs(30), "Tern on the bus", || {
            let answer = self.ask_bus("GetConnectionUnixProcessID", "org.tern.desk.SingleInstance");
            process = answer
                .split_whitespace()
                .nth(1)
                .and_then(|word| word.trim_end_matches(",)").parse().ok());
            process.is_some()
        });
        process.expect("a process")
    }

    fn ask_bus(&self, method: &str, argument: &str) -> String {
        let method = format!("org.freedesktop.DBus.{method}");
        let bus = [
            "-d",
            "org.freedesktop.DBus",
            "-o",
            "/org/freedesktop/DBus",
            "-m",
            &method,
        ];
        self.run(
            "gdbus",
            &[&["call", "--session"], &bus[..], &[argument]].concat(),
        )
    }

    fn wait_for_name(&self, name: &str) {
        wait_until(Duration::from_secs(20), name, || self.has_name(name));
    }

    fn has_name(&self, name: &str) -> bool {
        self.ask_bus("NameHasOwner", name).contains("true")
    }
}

fn first_line(child: &mut Child) -> String {
    let output = child.stdout.take().expect("a piped output");
    let mut line = String::new();
    BufReader::new(output)
        .read_line(&mut line)
        .expect("a first line");
    line.trim().to_owned()
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn restrict(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("permissions");
}
