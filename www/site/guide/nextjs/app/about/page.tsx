import Link from 'next/link';

export default function About() {
  return (
    <main>
      <h1>About us</h1>
      <p>The conversation goes on from page to page.</p>
      <Link href="/">Back to the shop</Link>
    </main>
  );
}
