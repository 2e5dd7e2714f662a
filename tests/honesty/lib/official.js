// Twilio's official client, pointed at another host.

import twilio from "twilio";

class Redirected extends twilio.RequestClient {
  constructor(baseUrl) {
    super();
    this.baseUrl = baseUrl;
  }

  request(options) {
    return super.request({ ...options, uri: options.uri.replace("https://api.twilio.com", this.baseUrl) });
  }
}

/** An official client for an account whose API lives at `baseUrl`. */
export function officialClient(baseUrl, accountSid, username, password) {
  return twilio(username, password, { accountSid, httpClient: new Redirected(baseUrl) });
}
