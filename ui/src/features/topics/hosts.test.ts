import { describe, expect, it } from 'vitest';
import { hostOf, withHost } from './hosts';

describe('the host of an address', () => {
  it.each([
    ['https://API.example.com/orders/{{ number }}', 'api.example.com'],
    ['https://api.example.com', 'api.example.com'],
    ['https://', ''],
    ['https://{{ shop }}.example.com/', ''],
    ['https://shop{{ number }}.example.com/', ''],
    ['/orders', ''],
  ])('of %s is “%s”', (address, host) => expect(hostOf(address)).toBe(host));

  it.each([
    ['https://', 'https://api.example.com'],
    ['', 'https://api.example.com'],
    ['/orders', 'https://api.example.com/orders'],
    ['https://other.example/orders/{{ number }}?a=1', 'https://api.example.com/orders/{{ number }}?a=1'],
    ['http://other.example?a=1', 'https://api.example.com?a=1'],
  ])('is put into %s', (address, wanted) => expect(withHost(address, 'api.example.com')).toBe(wanted));

  it('of many is the one above them', () => expect(withHost('https://', '*.example.com')).toBe('https://example.com'));
});
