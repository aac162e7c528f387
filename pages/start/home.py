"""What is this, and where do I start?"""

import streamlit as st

from pages.parts.shell.front_door import ANSWER, draw_home, open_old_link

open_old_link()
st.title("Compact AI Lab", anchor=False)
st.markdown(ANSWER)
draw_home()
