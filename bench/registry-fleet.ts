/** Instances as Spring registers them, ten to an application. */
const FLEET_PER_APP = 10;

const appOf = (index: number): string => `SERVICE-${Math.floor(index / FLEET_PER_APP)}`;
const idOf = (index: number): string => `10.0.${index >> 8}.${index & 255}:service:8080`;

/** `port` is where their health is asked for. */
export function registration(index: number, port: number): string {
  const host = '127.0.0.1';
  const dirtyMs = Date.now();
  const name = appOf(index).toLowerCase();
  const origin = `http://${host}:${port}`;
  const body = JSON.stringify({
    instance: {
      instanceId: idOf(index),
      app: appOf(index),
      hostName: host,
      ipAddr: host,
      status: 'UP',
      overriddenStatus: 'UNKNOWN',
      port: { $: port, '@enabled': 'true' },
      securePort: { $: 443, '@enabled': 'false' },
      countryId: 1,
      dataCenterInfo: {
        '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
        name: 'MyOwn',
      },
      leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
      metadata: { 'management.port': '8080', zone: 'zone-a', version: '1.0.0' },
      homePageUrl: `${origin}/`,
      statusPageUrl: `${origin}/actuator/info`,
      healthCheckUrl: `${origin}/actuator/health`,
      vipAddress: name,
      secureVipAddress: name,
      isCoordinatingDiscoveryServer: 'false',
      lastUpdatedTimestamp: String(dirtyMs),
      lastDirtyTimestamp: String(dirtyMs),
    },
  });
  return post(`/eureka/apps/${appOf(index)}`, body);
}

/** What changes nothing but the version: new metadata. */
export function change(index: number, count: number): string {
  return `PUT /eureka/apps/${appOf(index)}/${idOf(index)}/metadata?count=${count} HTTP/1.1\r\nHost: registry\r\nContent-Length: 0\r\n\r\n`;
}

export function renewal(index: number): string {
  return `PUT /eureka/apps/${appOf(index)}/${idOf(index)}?status=UP HTTP/1.1\r\nHost: registry\r\nContent-Length: 0\r\n\r\n`;
}

export function fetching(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: registry\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\r\n`;
}

function post(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: registry\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
