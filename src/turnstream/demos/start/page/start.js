const about = await fetch('about.json');
document.getElementById('model').textContent = `Model: ${(await about.json()).model}`;
