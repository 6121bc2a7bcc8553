//! What a page is, in words that search engines know: schema.org's, as JSON-LD.

use serde_json::{Value, json};

use super::view::{PageView, SiteView};

/// The JSON-LD of the page at `url`, safe to stand in a script element; none for pages that nobody looks for.
pub fn structured(site: &SiteView, page: &PageView, url: &str) -> Option<String> {
    if matches!(page.kind.as_str(), "search" | "not-found") {
        return None;
    }
    let mut own = if url == "/" { website(site) } else { article(site, page) };
    if let Some(map) = own.as_object_mut() {
        // What is not known is left out.
        map.retain(|_, value| !value.is_null());
    }
    let graph: Vec<Value> =
        std::iter::once(own).chain(breadcrumbs(site, page)).chain(page.code.clone()).collect();
    let text = json!({ "@context": "https://schema.org", "@graph": graph }).to_string();
    // Neither an end tag nor a comment can begin in it; in JSON these stand in strings only.
    Some(text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

fn website(site: &SiteView) -> Value {
    let search = site.canonical("/search/").map(|url| {
        json!({
            "@type": "SearchAction",
            "target": format!("{url}?q={{words}}"),
            "query-input": "required name=words",
        })
    });
    json!({
        "@type": "WebSite",
        "name": site.title,
        "description": (!site.description.is_empty()).then_some(&site.description),
        "url": site.canonical("/"),
        "inLanguage": site.language,
        "potentialAction": search,
    })
}

fn article(site: &SiteView, page: &PageView) -> Value {
    let mut whole = json!({ "@type": "WebSite", "name": site.title });
    if let Some(url) = site.canonical("/") {
        whole["url"] = url.into();
    }
    json!({
        "@type": "TechArticle",
        "headline": page.title,
        "description": page.description,
        "url": page.canonical,
        "inLanguage": site.language,
        "dateModified": page.updated,
        "isPartOf": whole,
    })
}

/// The way from the start page, which has whole addresses only.
fn breadcrumbs(site: &SiteView, page: &PageView) -> Option<Value> {
    let home = site.canonical("/")?;
    let own = page.canonical.as_ref()?;
    let (last, before) = page.breadcrumbs.split_last()?;
    let folders = before.iter().filter_map(|crumb| {
        Some((crumb.title.as_str(), format!("{}{}", site.base_url, crumb.url.as_ref()?)))
    });
    let way =
        [(site.title.as_str(), home)].into_iter().chain(folders).chain([(last.title.as_str(), own.clone())]);
    let items = way.enumerate().map(|(index, (name, item))| {
        json!({ "@type": "ListItem", "position": index + 1, "name": name, "item": item })
    });
    Some(json!({ "@type": "BreadcrumbList", "itemListElement": items.collect::<Vec<_>>() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::{Assets, Crumb};
    use crate::world::site::Site;

    fn site(base_url: &str) -> SiteView {
        let mut site = Site { title: "S".into(), ..Site::default() };
        site.set_base_url(base_url).unwrap();
        SiteView::new(&site, Vec::new(), Assets::default(), Vec::new())
    }

    #[test]
    fn no_title_leaves_the_script() {
        let title = "</script><!-- <script> & \u{2028} \"q\"";
        let page = PageView { title: title.into(), ..PageView::default() };
        let text = structured(&site("/"), &page, "/a/").unwrap();
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["@graph"][0]["headline"], title);
        assert_eq!(read["@graph"][0].get("url"), None, "the host is not known");
        assert_eq!(read["@graph"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn the_way_to_a_page_has_whole_addresses() {
        let site = site("https://h.example/p/");
        let crumb =
            |title: &str, url: Option<&str>| Crumb { title: title.into(), url: url.map(str::to_owned) };
        let page = PageView {
            canonical: site.canonical("/a/b/c/"),
            breadcrumbs: vec![crumb("A", Some("/p/a/")), crumb("no page", None), crumb("C", None)],
            ..PageView::default()
        };
        let read: Value = serde_json::from_str(&structured(&site, &page, "/a/b/c/").unwrap()).unwrap();
        let items = read["@graph"][1]["itemListElement"].as_array().unwrap();
        let items: Vec<_> =
            items.iter().map(|item| (item["position"].as_u64(), item["item"].as_str())).collect();
        let expected = ["https://h.example/p/", "https://h.example/p/a/", "https://h.example/p/a/b/c/"];
        assert_eq!(
            items,
            [(Some(1), Some(expected[0])), (Some(2), Some(expected[1])), (Some(3), Some(expected[2]))]
        );
        let home: Value =
            serde_json::from_str(&structured(&site, &PageView::default(), "/").unwrap()).unwrap();
        assert_eq!(home["@graph"][0]["potentialAction"]["target"], "https://h.example/p/search/?q={words}");
    }
}
