import Link from 'next/link';

export default function Home() {
  return (
    <main>
      <h1>A shop with a chat</h1>
      <p>The launcher in the corner talks to this site, and only this site talks to Mailoo.</p>
      <Link href="/about">About us</Link>
    </main>
  );
}
