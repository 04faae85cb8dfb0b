"""The Streamlit entry: `make app`, `datamap app` or `streamlit run app.py`."""

import streamlit as st

from datamap.ui import PAGES, session

st.set_page_config(page_title="datamap", layout="wide")
page = st.navigation([st.Page(p.path, title=p.title) for p in PAGES])
session.sidebar(page.title)
page.run()
