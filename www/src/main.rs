//! The visavis demo: its site and the reference back ends in one process.

mod banner;
mod bff;
mod cookies;
mod embed;
mod file;
mod gateway;
mod listen;
mod login;
mod mailoo;
mod options;
mod places;
mod policy;
mod relay;
mod site;
mod stop;

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use bff::Bff;
use clap::Parser as _;
use listen::{CannotListen, Purpose};
use options::Options;
use places::Places;
use site::Site;
use stop::StopSignals;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use visavis_backends::{Manner, RelayHandle, appengine::GatewayHandle, mailoo::MailooHandle};

/// How long a stop waits for answers that are under way.
const STOP_LIMIT: Duration = Duration::from_secs(2);
/// What a wrong option ends with.
const EXIT_USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    let options = Options::parse();
    match start(&options).await {
        Ok(demo) => demo.run().await,
        Err(message) => {
            eprintln!("visavis-www: {message}");
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// The demo with all ports open.
struct Demo {
    listener: TcpListener,
    relay: RelayHandle,
    gateway: GatewayHandle,
    mailoo: MailooHandle,
    site: Site,
    stop: StopSignals,
}

async fn start(options: &Options) -> Result<Demo, String> {
    if !options.site.join("index.html").is_file() {
        return Err(format!(
            "{} holds no index.html; name the folder of the pages with --site",
            options.site.display()
        ));
    }
    if let Some(widget) = &options.widget
        && !widget.join("visavis.js").is_file()
    {
        return Err(format!(
            "{} holds no visavis.js; name the folder of the built widget with --widget",
            widget.display()
        ));
    }
    let address = SocketAddr::new(options.host, options.port);
    let refused = |cause| CannotListen::new(address, Purpose::Site, cause).to_string();
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let local = listener.local_addr().map_err(refused)?;
    let relay = relay::start(options).await.map_err(|error| error.to_string())?;
    let gateway = gateway::start(options).await.map_err(|error| error.to_string())?;
    let mailoo = mailoo::start(options).await.map_err(|error| error.to_string())?;
    let places = Places::of_demo([local, relay.addr(), gateway.addr(), mailoo.addr()]);
    let bff = Arc::new(Bff::new(mailoo::variables(&places.mailoo_url(None)), Arc::default())?);
    // Before anybody learns that it runs, for they may stop it at once.
    let stop = StopSignals::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
    announce(options, &places);
    let folders = [Some(options.site.clone()), options.widget.clone()]
        .into_iter()
        .flatten()
        .collect();
    Ok(Demo {
        listener,
        relay,
        gateway,
        mailoo,
        site: Site { folders, places, bff },
        stop,
    })
}

fn announce(options: &Options, places: &Places) {
    let text = banner::text(places, relay::seen_by_others(options.host), &banner::command());
    // Whoever closed our output does not read it.
    let _ = io::stdout()
        .write_all(text.as_bytes())
        .and_then(|()| io::stdout().flush());
    if options.widget.is_none() {
        eprintln!("visavis-www: no --widget given, so the pages have no chat; `cargo xtask demo` builds it");
    }
}

impl Demo {
    /// Serves until a signal comes.
    async fn run(self) -> ExitCode {
        let (asked, heard) = tokio::sync::watch::channel(());
        let service = site::routes(self.site).into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(self.listener, service).with_graceful_shutdown(async move {
            let mut heard = heard;
            let _ = heard.changed().await;
        });
        let serving = tokio::spawn(serving.into_future());
        self.stop.first().await;
        // Visitors come back on their own once they hear that the back ends go.
        tokio::join!(
            self.relay.stop(Manner::Announced),
            self.gateway.stop(Manner::Announced),
            self.mailoo.stop(Manner::Announced)
        );
        let _ = asked.send(());
        let _ = tokio::time::timeout(STOP_LIMIT, serving).await;
        ExitCode::SUCCESS
    }
}
