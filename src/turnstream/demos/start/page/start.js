const about = await fetch('about.json');
document.getElementById('model').textContent = `Answers come from: ${(await about.json()).model}`;
