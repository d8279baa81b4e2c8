// The examples of the gallery: in the theme of the site, each with the last action that it sent below it.
const theme = () => (document.body.dataset.mdColorScheme === 'slate' ? 'dark' : 'light');

function show(example) {
  const sent = example.parentElement.querySelector('output');
  const onAction = async (action) => {
    sent.textContent = JSON.stringify(action);
  };
  example.setOptions({ theme: theme(), locale: 'en', widgets: { onAction } });
}

const showAll = () => document.querySelectorAll('turnstream-widget').forEach(show);

await customElements.whenDefined('turnstream-widget');
showAll();
new MutationObserver(showAll).observe(document.body, { attributeFilter: ['data-md-color-scheme'] });
