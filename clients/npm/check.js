// Runs the two official npm clients against the fake cloud at FAKE_CLOUD ("127.0.0.1:9000", the demo fleet): each
// describes, reactivates, and sees an error as its users would. Exit status 1: one of them did not.
'use strict';

const assert = require('node:assert/strict');
const Core = require('@alicloud/pop-core');
const { default: Ecs, DescribeInstancesRequest, ReActivateInstancesRequest } = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');

const address = process.env.FAKE_CLOUD;
assert.ok(address, 'FAKE_CLOUD is not set: want HOST:PORT of reactivate fake-cloud');
const key = { accessKeyId: 'fakeAccessKeyId', accessKeySecret: 'fakeAccessKeySecret', securityToken: 'fakeSecurityToken' };
const missing = 'i-bp1gone0000000000001';

// The RPC client: HMAC-SHA1 in a GET query, and in a POST form.
async function popCore(method, id) {
  const client = new Core({ ...key, endpoint: `http://${address}`, apiVersion: '2014-05-26' });
  const call = (action, params) => client.request(action, { RegionId: 'cn-hangzhou', ...params }, { method, timeout: 10000 });
  const before = await call('DescribeInstances', { InstanceIds: JSON.stringify([id]) });
  assert.equal(before.Instances.Instance[0].Status, 'Stopped');
  assert.equal(before.Instances.Instance[0].OperationLocks.LockReason[0].LockReason, 'financial');
  assert.ok((await call('ReActivateInstances', { InstanceId: id })).RequestId);
  await assert.rejects(call('ReActivateInstances', { InstanceId: missing }), { name: 'InvalidInstanceId.NotFoundError', code: 'InvalidInstanceId.NotFound' });
  const wrong = new Core({ ...key, accessKeySecret: 'wrong', endpoint: `http://${address}`, apiVersion: '2014-05-26' });
  await assert.rejects(wrong.request('DescribeRegions', {}, { method }), { code: 'SignatureDoesNotMatch' });
}

// The typed client: ACS3-HMAC-SHA256 in headers.
async function ecs20140526(id) {
  const config = (more) => new $OpenApiUtil.Config({ ...key, protocol: 'HTTP', endpoint: address, regionId: 'cn-hangzhou', ...more });
  const client = new Ecs(config());
  const regionId = 'cn-hangzhou';
  const before = await client.describeInstances(new DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify([id]) }));
  assert.equal(before.body.instances.instance[0].status, 'Stopped');
  const answer = await client.reActivateInstances(new ReActivateInstancesRequest({ regionId, instanceId: id }));
  assert.ok(answer.body.requestId);
  await assert.rejects(client.reActivateInstances(new ReActivateInstancesRequest({ regionId, instanceId: missing })), { code: 'InvalidInstanceId.NotFound' });
  const wrong = new Ecs(config({ accessKeySecret: 'wrong' }));
  await assert.rejects(wrong.describeInstances(new DescribeInstancesRequest({ regionId })), { code: 'SignatureDoesNotMatch' });
}

async function main() {
  await popCore('GET', 'i-bp1web00000000000001');
  await popCore('POST', 'i-bp1web00000000000002');
  await ecs20140526('i-bp1db000000000000001');
  console.log('npm: pop-core and ecs20140526 describe, reactivate and see errors');
}

main().catch((err) => { console.error(err); process.exit(1); });
