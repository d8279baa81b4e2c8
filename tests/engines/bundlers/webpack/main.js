customElements.whenDefined('openai-chatkit').then(() => {
  document.querySelector('#chat').setOptions({ api: { url: '/chatkit' } });
});
