const server = process.env.CHAT_SERVER ?? 'http://127.0.0.1:8000';

export default {
  compress: false,
  async rewrites() {
    return [{ source: '/chatkit/:path*', destination: `${server}/chatkit/:path*` }];
  },
};
