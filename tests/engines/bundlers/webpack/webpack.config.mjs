import HtmlWebpackPlugin from 'html-webpack-plugin';

export default {
  entry: './main.js',
  plugins: [new HtmlWebpackPlugin({ template: './index.html' })],
  devServer: {
    compress: false,
    proxy: [{ context: ['/chatkit'], target: process.env.CHAT_SERVER ?? 'http://127.0.0.1:8000' }],
  },
};
