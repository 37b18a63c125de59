//! What the server prints once it runs.

use std::env;
use std::net::{IpAddr, SocketAddr};

use crate::places::Places;

/// How to start the `visavis` command: by its path when it was built beside this server, else through cargo.
pub(crate) fn command() -> String {
    let name = format!("visavis{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().ok().map(|server| server.with_file_name(name));
    match beside.filter(|program| program.is_file()) {
        Some(program) => program.display().to_string(),
        None => "cargo run -q --release -p visavis-native-client --bin visavis --".to_owned(),
    }
}

/// The addresses and a visitor's command line, which begins with `command`. `others` is where other machines find the site.
pub(crate) fn text(places: &Places, others: Option<IpAddr>, command: &str) -> String {
    let site = places.site_url();
    let (relay, gateway) = (places.relay_url(None), places.gateway_url(None));
    let mailoo = places.mailoo_url(None);
    let Places {
        tenant_id, public_key, ..
    } = places;
    let others = others.map_or_else(String::new, |ip| {
        format!("  Others    http://{}/\n", SocketAddr::new(ip, places.site.port()))
    });
    format!(
        "The visavis demo runs; Ctrl-C stops it.\n\
         \n\
         \x20 Site      {site}/\n\
         \x20 Operator  {site}/operator.html\n\
         \x20 Relay     {relay}\n\
         \x20 Gateway   {gateway}\n\
         \x20 Mailoo    {mailoo}\n\
         {others}\
         \n\
         A visitor in a terminal:\n\
         \n\
         \x20 {command} chat --backend bloonio --base-url {relay} \
         --tenant-id {tenant_id} --public-key {public_key} --locale en\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_needed_to_converse_is_there() {
        let at = |port| ([0, 0, 0, 0], port).into();
        let places = Places {
            tenant_id: "t-1".into(),
            public_key: "pk_1".into(),
            ..Places::of_demo([7470, 7471, 7472, 7473].map(at))
        };
        let text = text(&places, Some([192, 168, 1, 9].into()), "visavis");
        for part in [
            "Site      http://127.0.0.1:7470/\n",
            "Operator  http://127.0.0.1:7470/operator.html\n",
            "Relay     http://127.0.0.1:7471\n",
            "Gateway   http://127.0.0.1:7472\n",
            "Others    http://192.168.1.9:7470/\n",
            "visavis chat --backend bloonio --base-url http://127.0.0.1:7471 --tenant-id t-1 --public-key pk_1",
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }
}
