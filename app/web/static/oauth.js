// Spares the click on the way back from a provider; without scripts, the button does the same.
document.querySelector("form[data-send-at-once]")?.requestSubmit();
