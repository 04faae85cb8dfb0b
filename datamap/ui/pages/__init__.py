"""One file a page; `datamap.ui.PAGES` lists them."""
