//! The desktop's tray, as a program of the desktop plays it: programs register their icon with it, and it
//! reads the icon and works its menu over the session bus.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(40);
const ITEM: &str = "org.kde.StatusNotifierItem";

/// Who registered: the program's name on the bus, and its item's path.
type Registered = Arc<Mutex<Vec<(String, String)>>>;

/// The tray.
pub(crate) struct TrayHost {
    connection: Connection,
    registered: Registered,
}

/// What programs talk to.
struct Watcher {
    registered: Registered,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(
        &self,
        service_or_path: &str,
        #[zbus(header)] header: Header<'_>,
    ) {
        // A path, or a name of its own with the usual path.
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let item = if service_or_path.starts_with('/') {
            (sender, service_or_path.to_owned())
        } else {
            (service_or_path.to_owned(), "/StatusNotifierItem".to_owned())
        };
        self.registered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(item);
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.registered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(name, path)| format!("{name}{path}"))
            .collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

impl TrayHost {
    /// Offers a tray on this session bus.
    pub(crate) fn start(bus: &str) -> Self {
        let registered = Registered::default();
        let watcher = Watcher {
            registered: Arc::clone(&registered),
        };
        let connection = connection::Builder::address(bus)
            .and_then(|builder| builder.serve_at("/StatusNotifierWatcher", watcher))
            .and_then(|builder| builder.name("org.kde.StatusNotifierWatcher"))
            .and_then(connection::Builder::build)
            .expect("a tray on the bus");
        Self {
            connection,
            registered,
        }
    }

    /// Waits until a program has put its icon here.
    pub(crate) fn wait_for_item(&self) {
        wait_until(PATIENCE, "an icon in the tray", || self.item().is_some());
    }

    /// A property of the icon that is text; empty when the icon has none of this name.
    pub(crate) fn text(&self, property: &str) -> String {
        let (name, path) = self.item().expect("an icon in the tray");
        let proxy = self.proxy(&name, &path, ITEM);
        proxy.get_property::<String>(property).unwrap_or_default()
    }

    /// Bytes of the picture that stands in the tray.
    pub(crate) fn picture(&self) -> Vec<u8> {
        std::fs::read(self.text("IconName")).unwrap_or_default()
    }

    /// The menu's lines, as the desktop would show them.
    pub(crate) fn menu(&self) -> Vec<String> {
        self.lines().into_iter().map(|(_, label)| label).collect()
    }

    /// Clicks a line of the menu.
    pub(crate) fn choose(&self, label: &str) {
        let lines = self.lines();
        let id = lines
            .iter()
            .find(|(_, shown)| shown == label)
            .map(|(id, _)| *id)
            .unwrap_or_else(|| panic!("no line {label:?} in {lines:?}"));
        let (name, path) = self.menu_address();
        // The program may end before it answers, which is what Quit is for.
        let _ = self
            .proxy(&name, &path, "com.canonical.dbusmenu")
            .call_noreply("Event", &(id, "clicked", Value::from(0_i32), 0_u32));
    }

    fn lines(&self) -> Vec<(i32, String)> {
        let (name, path) = self.menu_address();
        type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));
        let (_, (_, _, children)): Layout = self
            .proxy(&name, &path, "com.canonical.dbusmenu")
            .call("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new()))
            .expect("the menu's layout");
        children.iter().filter_map(line).collect()
    }

    fn menu_address(&self) -> (String, String) {
        let (name, path) = self.item().expect("an icon in the tray");
        let menu: OwnedObjectPath = self
            .proxy(&name, &path, ITEM)
            .get_property("Menu")
            .expect("a menu");
        (name, menu.to_string())
    }

    fn item(&self) -> Option<(String, String)> {
        self.registered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .last()
            .cloned()
    }

    fn proxy(&self, name: &str, path: &str, interface: &'static str) -> Proxy<'_> {
        // Asked anew every time: a test looks for changes, and a cache hears of them later.
        let builder = zbus::blocking::proxy::Builder::new(&self.connection)
            .cache_properties(zbus::proxy::CacheProperties::No);
        builder
            .destination(name.to_owned())
            .and_then(|builder| builder.path(path.to_owned()))
            .and_then(|builder| builder.interface(interface))
            .and_then(zbus::blocking::proxy::Builder::build)
            .expect("a proxy")
    }
}

/// Id and label of one line of a menu.
fn line(item: &OwnedValue) -> Option<(i32, String)> {
    let item = Structure::try_from(item.try_clone().ok()?).ok()?;
    let [id, properties, _] = item.fields() else {
        return None;
    };
    let properties = HashMap::<String, OwnedValue>::try_from(properties.try_clone().ok()?).ok()?;
    let label = <&str>::try_from(&**properties.get("label")?)
        .ok()?
        .to_owned();
    Some((i32::try_from(id).ok()?, label))
}
