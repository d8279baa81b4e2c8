import Script from 'next/script';

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body style={{ margin: 0 }}>
        {children}
        <Script type="module" src="/chatkit/chatkit.js" strategy="afterInteractive" />
      </body>
    </html>
  );
}
