from urllib.parse import urljoin, urlsplit


def next_page(base_url: str, link: str) -> str:
    """The URL of a link, which must not send the key to another host."""
    url = urljoin(base_url, link)
    here, there = urlsplit(base_url), urlsplit(url)
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        raise RuntimeError(f"the API links to {there.netloc}")
    return url
