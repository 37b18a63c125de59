// The development server says what differs from the server's page. There the elements come before React looks at it, which is the harder case.
if (process.env.NODE_ENV === 'development') require('@visavis/widget');
