//! Settings that only some back ends tell.

/// What a widget may need to know beyond [`super::WidgetConfig`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WidgetDetails {
    /// What the chat is for.
    pub description: Option<String>,
    /// The name of a layout, such as `qa`.
    pub template: Option<String>,
    /// The screen to begin with, such as `/chat`.
    pub default_path: Option<String>,
    /// Second line of the welcome screen.
    pub subtitle: Option<String>,
    /// Text of the header as Markdown, made of the markup that the site has set.
    pub header: Option<String>,
    /// Greetings, of which one is shown.
    pub openers: Vec<String>,
    /// Whether a form is shown when nobody is there.
    pub offline_form: bool,
    /// Whether files may be sent.
    pub attachments: bool,
    /// Whether a choice of emojis is shown.
    pub emojis: bool,
    /// Whether the agents' faces are shown.
    pub show_agents: bool,
    /// What visitors are asked for before the conversation.
    pub registration: RegistrationForm,
    /// The days on which somebody is there, by their English names; `None` is every day.
    pub work_days: Option<Vec<String>>,
    /// The name of the assistant that answers first, if there is one.
    pub assistant: Option<String>,
    /// The name of an automation.
    pub automation: Option<String>,
    /// The people on the other side.
    pub agents: Vec<AgentProfile>,
    /// How broadcasts are shown.
    pub broadcast: Option<BroadcastFrame>,
}

/// A person on the other side, as the settings introduce them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentProfile {
    /// Address, which is also the id in events.
    pub email: String,
    /// Display name.
    pub name: String,
    /// A line below the name.
    pub tag_line: Option<String>,
    /// Address of a picture.
    pub avatar_url: Option<String>,
}

/// The fields of a form; an address is always asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationForm {
    /// Whether the site insists on the form.
    pub required: bool,
    /// Whether the name is asked for.
    pub name: bool,
    /// Whether a telephone number is asked for.
    pub phone: bool,
    /// Whether a comment is asked for.
    pub comments: bool,
}

impl Default for RegistrationForm {
    /// Address and name.
    fn default() -> Self {
        Self {
            required: false,
            name: true,
            phone: false,
            comments: false,
        }
    }
}

/// Where and how a broadcast is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroadcastFrame {
    /// A corner, such as `bottom-right`.
    pub position: String,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Whether it plays at once.
    pub auto_play: bool,
    /// Whether it begins without sound.
    pub muted: bool,
    /// Whether the visitor may change its size.
    pub resizable: bool,
    /// Whether the visitor may close it.
    pub closable: bool,
    /// Whether the visitor may open it again.
    pub reopenable: bool,
}
