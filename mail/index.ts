export { render, type Letter, type RenderedLetter } from './letter';
export { sendOnce, type MailToSend, type Sending } from './send-once';
export { MailNotTaken, smtpTransport, type MailTransport } from './transport';
