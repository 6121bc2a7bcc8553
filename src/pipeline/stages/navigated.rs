//! The navigation of the site, and for each page the digest of what it shows of it.

use std::collections::HashMap;

use rayon::prelude::*;

use super::categories::categories;
use super::pages::Map;
use super::{CheckedPage, Generated, Scene, order, sidebars};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::route::number_prefix;
use crate::page::Page;
use crate::pipeline::memo::Memo;
use crate::render::view::navigation::{NavPage, Navigation};
use crate::render::view::{Child, Crumb, Link, NavItem, SectionLink, SiteView};
use crate::text::{Digest, Digester};
use crate::world::layout::Dialect;

/// The navigation, and the digest of each page's part of it.
#[derive(Debug)]
pub struct Navigated {
    navigation: Navigation,
    digests: HashMap<String, Digest>,
    findings: Vec<Diagnostic>,
}

/// What one page shows of the navigation.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) sections: Vec<SectionLink>,
    pub(super) nav: Vec<NavItem>,
    pub(super) breadcrumbs: Vec<Crumb>,
    pub(super) prev: Option<Link>,
    pub(super) next: Option<Link>,
    /// The title of the page's section.
    pub(super) section: String,
}

impl Navigated {
    /// The navigation of these pages.
    pub(super) fn of(
        scene: &Scene<'_>,
        memo: &mut Memo,
        site: &SiteView,
        checked: &[CheckedPage],
        generated: &Generated<'_>,
        map: &Map,
        findings: &mut Vec<Diagnostic>,
    ) -> std::sync::Arc<Self> {
        let shown: Vec<_> = generated.iter().filter(|page| map.is_generated(&page.route)).collect();
        let mut key = Digester::default();
        key.add_digest(scene.keys.site);
        checked.iter().for_each(|page| key.add_digest(page.parsed.seen_by_navigation));
        for page in &shown {
            let position = page.position.map(f64::to_bits);
            key.add(format!("{}\n{}\n{position:?} {}", page.route.url, page.title, page.hidden).as_bytes());
        }
        scene.inputs.categories.values().for_each(|file| key.add_digest(file.digest()));
        scene.inputs.navigation.values().for_each(|file| key.add_digest(file.digest()));
        let navigated = memo.navigation.one(key.finish(), || {
            let Checked { value: mut categories, findings } = categories(scene);
            let placed =
                checked.iter().map(|page| (page.parsed.page.source.path(), page.parsed.route.url.as_str()));
            let order = order::order(scene, placed, &mut categories);
            let sidebars = sidebars::read(scene, checked, &categories).map(|(sidebars, _)| sidebars);
            let authored = checked.iter().filter(|page| !page.parsed.is_part);
            let mut pages: Vec<NavPage> = authored.map(|page| nav_page(page, &order)).collect();
            pages.extend(shown.iter().map(|page| NavPage {
                url: page.route.url.clone(),
                title: page.title.clone(),
                position: page.position,
                hidden: page.hidden,
            }));
            let navigation = Navigation::new(&pages, &categories).with_sidebars(sidebars.unwrap_or_default());
            let digests = pages.par_iter().map(|page| {
                let seen = format!("{:?}", around(&navigation, site, &page.url));
                (page.url.clone(), Digest::of([seen.as_bytes()]))
            });
            Self { digests: digests.collect(), navigation, findings }
        });
        findings.extend(navigated.findings.iter().cloned());
        navigated
    }

    /// What the page at an address shows.
    pub(super) fn around(&self, site: &SiteView, url: &str) -> Surroundings {
        around(&self.navigation, site, url)
    }

    /// What stands below the page at an address.
    pub(super) fn children(&self, url: &str) -> Vec<Child> {
        self.navigation.children(url)
    }

    /// The digest of what the page at an address shows.
    pub(super) fn digest(&self, url: &str) -> Digest {
        self.digests.get(url).copied().unwrap_or_default()
    }
}

fn around(navigation: &Navigation, site: &SiteView, url: &str) -> Surroundings {
    let address = |url: &str| site.address(url);
    let section = Navigation::section_of(url);
    let sections = navigation
        .sections()
        .map(|(url, title)| SectionLink {
            title: title.to_owned(),
            url: address(url),
            active: Navigation::section_of(url) == section,
        })
        .collect();
    let (prev, next) = navigation.neighbours(url, &address);
    Surroundings {
        sections,
        nav: navigation.sidebar(url, &address),
        breadcrumbs: navigation.breadcrumbs(url, &address),
        prev,
        next,
        section: navigation.title_of_section(&section),
    }
}

fn nav_page(page: &CheckedPage, order: &HashMap<String, f64>) -> NavPage {
    let front_matter = &page.parsed.page.front_matter;
    let label = front_matter.sidebar_label.as_ref().map(|label| label.value.to_string());
    NavPage {
        url: page.parsed.route.url.clone(),
        title: label.unwrap_or_else(|| page.parsed.title()),
        position: front_matter
            .sidebar_position
            .or_else(|| number(&page.parsed.page))
            .or_else(|| order.get(&page.parsed.route.url).copied()),
        hidden: front_matter.hide_sidebar || page.parsed.route.url == "/404/",
    }
}

/// The number before the name of a page of Docusaurus.
fn number(page: &Page) -> Option<f64> {
    let path = page.source.path();
    let name = path.rsplit('/').next().unwrap_or(path);
    (page.dialect == Dialect::Docusaurus).then(|| number_prefix(name))?.map(|(number, _)| number)
}
